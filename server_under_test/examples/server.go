// A BFTP/1 server with the core verbs, in Go: go run server.go --port PORT --root FOLDER [--host ADDRESS]
//
// docs/write-a-server.md explains the way to it; numbers in comments are clauses of docs/protocol.md. Each client has a
// goroutine of its own, so that none waits for another (6.1).
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

const (
	messageMax = 65536    // bytes, 1.4
	nameMax    = 255      // bytes, 3.3
	linksMax   = 40       // symbolic links on one path, as in the kernel
	part       = ".part-" // the folder of unfinished uploads begins like this; clients never see it
)

// refusal is answered as ERR code text; the connection goes on (2.3).
type refusal struct {
	code int
	text string
}

func (r refusal) Error() string { return r.text }

var errGone = errors.New("the client left") // its connection is over, and nothing else is (2.6)

type session struct {
	conn          *net.TCPConn
	in            *bufio.Reader
	root, uploads string
	folder        []string // names from the root; each session has its own (2.5)
	open          bool
}

// ---- messages (1)

func (s *session) receive(size int64) ([]byte, error) {
	data := make([]byte, size)
	if _, err := io.ReadFull(s.in, data); err != nil { // Read alone gives what has come so far, be it one byte
		return nil, errGone
	}
	return data, nil
}

func (s *session) send(data string) error {
	if _, err := io.WriteString(s.conn, data); err != nil { // net.Conn writes all, or fails
		return errGone
	}
	return nil
}

func (s *session) reply(text string) error { return s.send(fmt.Sprintf("%08x%s", len(text), text)) } // len() counts bytes

var hexHeader = regexp.MustCompile("^[0-9a-fA-F]{8}$")

func (s *session) nextRequest() (string, error) {
	header, err := s.receive(8)
	if err != nil {
		return "", err
	}
	s.open = false // after a malformed header nobody knows where the next message starts (1.6)
	if !hexHeader.Match(header) {
		return "", refusal{400, "the header is not eight hexadecimal digits"}
	}
	size, _ := strconv.ParseInt(string(header), 16, 64)
	if size > messageMax {
		return "", refusal{413, "the message is too long"}
	}
	payload, err := s.receive(size)
	if err != nil {
		return "", err
	}
	s.open = true
	if !isText(string(payload)) || size == 0 {
		return "", refusal{400, "an empty request, a control character in it, or not UTF-8"}
	}
	return string(payload), nil
}

func isText(text string) bool {
	control := func(letter rune) bool { return letter < 0x20 || letter == 0x7f }
	return utf8.ValidString(text) && strings.IndexFunc(text, control) < 0
}

// ---- paths (3)

// names turns a client's path into names from the root.
func (s *session) names(path string) ([]string, error) {
	if path == "" {
		return nil, refusal{400, "no path"}
	}
	var names []string
	if path[0] != '/' {
		names = append(names, s.folder...)
	}
	for _, name := range strings.Split(path, "/") {
		switch {
		case len(name) > nameMax:
			return nil, refusal{400, "a name is too long"}
		case name == ".." && len(names) == 0:
			return nil, refusal{403, "outside the root"}
		case name == "..":
			if _, err := s.real(names); err != nil { // a link that leads out is refused even where '..' takes it back
				return nil, err
			}
			names = names[:len(names)-1]
		case name != "" && name != ".":
			names = append(names, name)
		}
	}
	return names, nil
}

func (s *session) inside(path string) bool {
	below := func(folder string) bool {
		return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
	}
	return below(s.root) && !below(s.uploads)
}

// real says where that is on the disk, links followed; it need not exist. Every path comes through here, so that nothing
// outside the root is ever touched (3.2).
func (s *session) real(names []string) (string, error) {
	here, links := s.root, 0
	for _, name := range names {
		var err error
		if here, err = step(here, name, &links); err != nil {
			return "", err
		}
		if !s.inside(here) {
			return "", refusal{403, "outside the root"}
		}
	}
	return here, nil
}

func step(here, name string, links *int) (string, error) {
	if name == "" || name == "." {
		return here, nil
	}
	next := filepath.Join(here, name) // '..' comes only from a link's text
	target, err := os.Readlink(next)
	if err != nil {
		return next, nil // no link
	}
	if *links++; *links > linksMax {
		return "", refusal{404, "links in a circle"}
	}
	end := here
	if filepath.IsAbs(target) {
		end = "/"
	}
	for _, piece := range strings.Split(target, "/") {
		if end, err = step(end, piece, links); err != nil {
			return "", err
		}
	}
	return end, nil
}

// existing finds what exists and is a file (or else a folder).
func (s *session) existing(path string, file bool) (string, error) {
	names, err := s.names(path)
	if err != nil {
		return "", err
	}
	real, err := s.real(names)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", err
	}
	right := info.IsDir()
	if file {
		right = info.Mode().IsRegular() && !strings.HasSuffix(path, "/") // 4.15: "file/" is no file
	}
	if !right {
		return "", refusal{409, "the wrong kind of thing"}
	}
	return real, nil
}

// ---- verbs (4)

func (s *session) get(path string) error {
	real, err := s.existing(path, true)
	if err != nil {
		return err
	}
	file, err := os.Open(real) // stays what it is when its name is replaced (4.10)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := s.reply(fmt.Sprintf("OK %d", info.Size())); err != nil {
		return err
	}
	if _, err := io.CopyN(s.conn, file, info.Size()); err != nil {
		return errGone // to close is all that is left to tell the client (4.12)
	}
	return nil
}

var plainSize = regexp.MustCompile("^(0|[1-9][0-9]*)$")

func (s *session) put(argument string) error {
	digits, path, _ := strings.Cut(argument, " ")
	size, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !plainSize.MatchString(digits) { // 1.5
		return refusal{400, "the size is no plain decimal number"}
	}
	names, err := s.names(path)
	if err != nil {
		return err
	}
	target, err := s.real(names)
	if err != nil {
		return err
	}
	if info, err := os.Stat(target); strings.HasSuffix(path, "/") || (err == nil && !info.Mode().IsRegular()) {
		return refusal{409, "not a file"}
	}
	if info, err := os.Stat(filepath.Dir(target)); err != nil || !info.IsDir() {
		return refusal{404, "no such folder"}
	}
	var disk syscall.Statfs_t
	if syscall.Statfs(s.root, &disk) == nil && uint64(size)/uint64(disk.Bsize) > disk.Bavail {
		return refusal{507, "out of space"}
	}
	if err := s.store(target, size); err != nil {
		return err
	}
	return s.reply("OK " + digits)
}

func (s *session) store(target string, size int64) error {
	file, err := os.CreateTemp(s.uploads, "")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // after the rename there is nothing to remove
	defer file.Close()
	if err := s.reply("OK"); err != nil {
		return err
	}
	stream := io.LimitReader(s.in, size)
	copied, err := io.Copy(file, stream)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		io.Copy(io.Discard, stream) // the stream is read to its end, so that the next request is found (4.12)
		return err
	}
	if err != nil || copied < size {
		return errGone
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), target) // at every instant the old content or the new, never a mixture (4.8)
}

func (s *session) list(path string) error {
	real, err := s.existing(path, false)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(real)
	if err != nil {
		return err
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() }) // by bytes (4.3)
	var lines strings.Builder
	for _, entry := range entries {
		links := 0
		target, err := step(real, entry.Name(), &links)
		if err != nil || !s.inside(target) || !isText(entry.Name()) {
			continue // 4.14
		}
		info, err := os.Stat(target)
		if err == nil && info.Mode().IsRegular() {
			fmt.Fprintf(&lines, "F %d %s\n", info.Size(), entry.Name())
		} else if err == nil && info.IsDir() {
			fmt.Fprintf(&lines, "D 0 %s\n", entry.Name())
		}
	}
	if err := s.reply(fmt.Sprintf("OK %d", lines.Len())); err != nil {
		return err
	}
	return s.send(lines.String())
}

func (s *session) pwd(string) error { return s.reply("OK /" + strings.Join(s.folder, "/")) }

func (s *session) cd(path string) error {
	if _, err := s.existing(path, false); err != nil {
		return err
	}
	s.folder, _ = s.names(path)
	return s.pwd("")
}

func (s *session) delete(path string) error {
	names, err := s.names(path)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return refusal{403, "the root stays"}
	}
	if _, err := s.existing(path, true); err != nil {
		return err
	}
	folder, err := s.real(names[:len(names)-1])
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(folder, names[len(names)-1])); err != nil { // of a link, the link
		return err
	}
	return s.reply("OK")
}

func (s *session) quit(string) error {
	s.open = false
	return s.reply("OK")
}

// ---- serving (6)

type verb struct {
	run         func(*session, string) error
	least, most int // arguments
}

var verbs = map[string]verb{
	"GET": {(*session).get, 1, 1}, "PUT": {(*session).put, 1, 1}, "LIST": {(*session).list, 0, 1},
	"CD": {(*session).cd, 1, 1}, "PWD": {(*session).pwd, 0, 0}, "DELETE": {(*session).delete, 1, 1},
	"QUIT": {(*session).quit, 0, 0},
}

func (s *session) answer(request string) error {
	name, argument, has := strings.Cut(request, " ") // one space; the argument is all that follows (2.1)
	verb, known := verbs[strings.ToUpper(name)]
	if !known {
		return refusal{405, "unknown verb"}
	}
	count := 0
	if has {
		count = 1
	}
	if count < verb.least || count > verb.most || (has && argument == "") {
		return refusal{400, "an argument too many, or none"}
	}
	if !has && verb.most == 1 {
		argument = "."
	}
	return verb.run(s, argument)
}

// codeOf translates what the system says.
func codeOf(err error) (int, string) {
	var refused refusal
	switch {
	case errors.As(err, &refused):
		return refused.code, refused.text
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ENAMETOOLONG):
		return 404, "not found"
	case errors.Is(err, fs.ErrPermission):
		return 403, "not permitted"
	case errors.Is(err, syscall.ENOSPC):
		return 507, "out of space"
	}
	return 500, "the server failed"
}

func (s *session) serve() {
	defer s.conn.Close()
	for s.open {
		request, err := s.nextRequest()
		if err == nil {
			err = s.answer(request)
		}
		if err != nil && !errors.Is(err, errGone) {
			code, text := codeOf(err)
			err = s.reply(fmt.Sprintf("ERR %d %s", code, text))
		}
		if err != nil {
			return
		}
	}
	s.conn.CloseWrite()
	s.conn.SetReadDeadline(time.Now().Add(time.Second)) // closing with bytes unread would reset, and might take our reply
	io.CopyN(io.Discard, s.in, messageMax)
}

func main() {
	host := flag.String("host", "127.0.0.1", "address to listen on")
	port := flag.String("port", "12345", "port to listen on; 0: any free one")
	folder := flag.String("root", ".", "folder to serve")
	flag.Parse()
	root, err := filepath.EvalSymlinks(*folder)
	if err == nil {
		root, err = filepath.Abs(root)
	}
	fatal(err)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	listener, err := net.Listen("tcp", net.JoinHostPort(*host, *port)) // sets SO_REUSEADDR (6.2)
	fatal(err)
	uploads, err := os.MkdirTemp(root, part) // on the root's disk, so that a rename replaces at once (4.8)
	fatal(err)
	fmt.Println("listening on", listener.Addr()) // 6.4
	go func() {
		for {
			conn, err := listener.Accept() // sets TCP_NODELAY
			if err != nil {
				time.Sleep(10 * time.Millisecond) // too many clients for this machine: until one leaves
				continue
			}
			tcp := conn.(*net.TCPConn)
			session := session{conn: tcp, in: bufio.NewReaderSize(tcp, messageMax), root: root, uploads: uploads, open: true}
			go session.serve()
		}
	}()
	<-stop
	os.RemoveAll(uploads) // 6.3: returning from main is exit status 0
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

/* The page works without this: it adds charts, sortable columns and the mark of the section being read. */
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const specs = new Map();
  for (const list of [data.transfers, data.resources, data.evidence]) for (const chart of list) specs.set(chart.id, chart);

  const css = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const tones = { server: "server", control: "control", quiet: "ink", different: "fail", error: "fail", limit: "fail" };
  const toneOf = (tone) => css(tones[tone] || tone.replace("client-", "c"));
  const shapes = ["circle", "triangle", "rect", "rectRot", "cross", "rectRounded", "star", "dash"];
  const shapeOf = (tone) => tone === "different" ? "triangle" : tone === "error" ? "crossRot" : tone === "quiet" ? "rectRot"
    : shapes[Number(tone.replace("client-", "")) % shapes.length] || "circle";
  const faded = (colour, alpha) => /^#[0-9a-f]{6}$/i.test(colour)
    ? colour + Math.round(alpha * 255).toString(16).padStart(2, "0") : colour;
  const number = (value) => {
    const size = Math.abs(value);
    if (size >= 1e6) return (value / 1e6).toPrecision(3).replace(/\.?0+$/, "") + " M";
    return String(Number(value.toPrecision(4))).replace(/^(-?\d{1,3})(\d{3})(?=\.|$)/, "$1,$2");
  };

  const bandPainter = {
    id: "bands",
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea: area, scales: { x } } = chart;
      const paint = { block: css("band"), idle: css("idle"), stalled: css("stalled") };
      ctx.save();
      for (const [from, to, kind] of chart.$bands) {
        const left = Math.max(x.getPixelForValue(from), area.left), right = Math.min(x.getPixelForValue(to), area.right);
        ctx.fillStyle = paint[kind] || paint.block;
        if (right > left) ctx.fillRect(left, area.top, Math.max(right - left, 1), area.bottom - area.top);
      }
      ctx.restore();
    },
  };

  function dataset(line, many) {
    const colour = toneOf(line.tone), scatter = line.draw === "points", marked = ["different", "error", "quiet"].includes(line.tone);
    const points = line.x.map((x, at) => ({ x, y: line.y[at] }));
    const short = points.length <= 24 && line.draw === "line", stroked = ["star", "cross", "crossRot", "dash"].includes(shapeOf(line.tone));
    return {
      label: line.label, data: points, order: marked ? 0 : line.tone === "control" ? 1 : 2, showLine: !scatter,
      stepped: line.draw === "steps", fill: line.draw === "area" || (line.draw === "steps" && line.tone === "server") ? "origin" : false,
      borderColor: colour, backgroundColor: scatter ? faded(colour, marked ? 1 : many ? .55 : .8) : faded(colour, .16),
      borderWidth: scatter ? (stroked ? 1.75 : 0) : line.tone === "control" ? 1.5 : 2,
      borderDash: line.draw === "level" || line.tone === "control" ? [6, 4] : [], pointStyle: scatter || short ? shapeOf(line.tone) : "line", clip: 8,
      pointRadius: scatter ? (marked ? 5.5 : many ? 2 : 2.75) : short ? 2.5 : 0, pointHoverRadius: scatter ? 5 : 4, pointHitRadius: 6,
      pointBackgroundColor: scatter ? undefined : colour,
    };
  }

  function scale(axis, isX, view) {
    const options = {
      type: axis.log ? "logarithmic" : "linear", title: { display: true, text: axis.label, color: css("muted") },
      grid: { color: isX ? "transparent" : css("grid"), borderColor: css("line"), tickColor: css("line") },
      ticks: { color: css("muted"), maxTicksLimit: isX ? 10 : 6, callback: (value) => number(value), maxRotation: 0, includeBounds: false },
    };
    const all = view.lines.flatMap((line) => isX ? line.x : line.y);
    const least = all.reduce((a, b) => Math.min(a, b), Infinity), most = all.reduce((a, b) => Math.max(a, b), -Infinity);
    if (axis.zero) options.min = Math.min(0, least);
    if (axis.zero && !isX) options.grace = "5%";
    if (isX && least < most) options.min = axis.zero ? options.min : least, options.max = most;
    if (axis.log && least > 0) {
      if (!isX) options.min = least * .85, options.max = most * 1.2;
      const decades = Math.log10(most / least), kept = decades > 3 ? [1] : decades > 1.6 ? [1, 3] : [1, 2, 5];
      options.ticks.autoSkip = false;
      options.ticks.callback = (value) => kept.includes(Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toFixed(6))) ? number(value) : undefined;
    }
    return options;
  }

  function configuration(view) {
    const many = view.lines.reduce((sum, line) => sum + line.x.length, 0) > 600;
    return {
      type: "line", plugins: [bandPainter],
      data: { datasets: view.lines.map((line) => dataset(line, many)) },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
        interaction: { mode: "nearest", intersect: false, axis: "xy" },
        font: { family: css("sans") },
        scales: { x: scale(view.x, true, view), y: scale(view.y, false, view) },
        plugins: {
          legend: {
            display: view.lines.length > 1, align: "start",
            labels: { color: css("ink"), usePointStyle: true, boxWidth: 8, boxHeight: 8, padding: 14, sort: (a, b) => a.datasetIndex - b.datasetIndex },
          },
          tooltip: {
            callbacks: {
              title: (items) => items.length ? view.x.label + ": " + number(items[0].parsed.x) : "",
              label: (item) => item.dataset.label + ": " + number(item.parsed.y) + " (" + view.y.label + ")",
            },
          },
        },
      },
    };
  }

  const drawn = new Map();   /* figure -> Chart */
  let chosen = 0;            /* the view that the charts of transfers show */

  function draw(figure) {
    const spec = specs.get(figure.dataset.chart);
    if (!spec || typeof Chart === "undefined") return;
    const old = drawn.get(figure);
    if (old) old.destroy();
    const view = spec.views[Math.min(data.transfers.includes(spec) ? chosen : Number(figure.dataset.view || 0), spec.views.length - 1)];
    const canvas = figure.querySelector("canvas");
    const config = configuration(view);
    config.plugins.unshift({ id: "bands-of-this", beforeInit(chart) { chart.$bands = view.bands; } });
    Chart.defaults.font.family = css("sans");
    drawn.set(figure, new Chart(canvas, config));
    canvas.setAttribute("aria-label", "Chart: " + spec.title + ", " + [view.group, view.name].filter(Boolean).join(" ") + ". " + view.figures);
    const figures = figure.querySelector(".figures");
    if (figures) figures.textContent = view.figures;
  }

  const figures = Array.from(document.querySelectorAll("figure[data-chart]"));
  const isShown = (figure) => figure.getClientRects().length > 0;
  const waiting = new Set(figures);
  const nearby = "IntersectionObserver" in window ? new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting || !waiting.delete(entry.target)) continue;
      nearby.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "600px" }) : null;
  for (const figure of figures) if (nearby) nearby.observe(figure); else draw(figure);
  const redraw = () => { for (const figure of drawn.keys()) draw(figure); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

  function select(views, label, onChange) {
    const wrapper = document.createElement("label"), menu = document.createElement("select");
    wrapper.append(label + " ", menu);
    let group = null;
    views.forEach((view, at) => {
      if (!group || group.label !== view.group) {
        group = document.createElement("optgroup");
        group.label = view.group;
        menu.append(group);
      }
      const option = document.createElement("option");
      option.value = at; option.textContent = (view.group + " " + view.name).trim();
      group.append(option);
    });
    menu.addEventListener("change", () => onChange(Number(menu.value)));
    return wrapper;
  }

  const chooser = document.querySelector("[data-chooser]");
  if (chooser && data.transfers.length && data.transfers[0].views.length > 1) {
    chooser.append(select(data.transfers[0].views, "Show", (at) => {
      chosen = at;
      for (const figure of drawn.keys()) if (data.transfers.includes(specs.get(figure.dataset.chart))) draw(figure);
    }));
  }
  for (const figure of figures) {
    const spec = specs.get(figure.dataset.chart);
    if (!spec || !data.evidence.includes(spec) || spec.views.length < 2) continue;
    const box = document.createElement("div");
    box.className = "chooser";
    box.append(select(spec.views, "Show", (at) => { figure.dataset.view = at; draw(figure); }));
    figure.querySelector("figcaption").append(box);
  }

  /* Sortable columns: a click sorts, another one turns the order. Unknown values stay last. */
  function sortBy(table, column, header) {
    const descending = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = (row) => {
      const cell = row.cells[column], value = cell.dataset.v;
      return value !== undefined ? Number(value) : cell.classList.contains("num") ? NaN : cell.textContent;
    };
    const rows = Array.from(table.tBodies[0].rows, (row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (typeof a === "number" && typeof b === "number") {
        if (isNaN(a) || isNaN(b)) return isNaN(a) - isNaN(b);
        return descending ? b - a : a - b;
      }
      const order = String(a).localeCompare(String(b), "en", { numeric: true });
      return descending ? -order : order;
    });
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    Array.from(table.tHead.rows[0].cells).forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => sortBy(table, column, header));
    });
  }

  /* A link to a check opens it. */
  function openTarget() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  }
  addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) openTarget();
  });
  openTarget();

  /* The section being read is marked in the navigation. */
  const links = new Map(Array.from(document.querySelectorAll("nav a[href^='#']"), (link) => [link.hash.slice(1), link]));
  const sections = Array.from(document.querySelectorAll("main > section, main > header")).filter((part) => links.has(part.id));
  function markSection() {
    let current = sections[0];
    for (const section of sections) if (section.getBoundingClientRect().top < innerHeight / 3) current = section;
    for (const [id, link] of links) if (current && id === current.id) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
  addEventListener("scroll", markSection, { passive: true });
  markSection();

  /* Paper shows everything: details open, all charts drawn, light colours. */
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    for (const details of closed) details.open = true;
    root.dataset.print = "";
    for (const figure of figures) if (isShown(figure)) { waiting.delete(figure); draw(figure); }
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
    delete root.dataset.print;
    redraw();
  });
})();

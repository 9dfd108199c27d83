"""What Google Benchmark's compare.py uses of NumPy, for the test of our export: Debian's python3-scipy cannot be
installed beside libboost1.81-dev."""


class array(list):
    def any(self):
        return any(self)

"""What Google Benchmark's compare.py uses of SciPy; see ../numpy."""
import collections
import math

import numpy

Result = collections.namedtuple("Result", "statistic pvalue")


def mannwhitneyu(x, y, alternative):
    """Normal approximation without corrections: enough to see that there is data to test."""
    assert alternative == "two-sided"
    u = sum((a > b) + 0.5 * (a == b) for a in x for b in y)
    sigma = math.sqrt(len(x) * len(y) * (len(x) + len(y) + 1) / 12)
    z = abs(u - len(x) * len(y) / 2) / sigma
    return Result(u, math.erfc(z / math.sqrt(2)))


def gmean(rows):
    columns = zip(*rows)
    return numpy.array(math.exp(sum(math.log(v) for v in c) / len(rows)) if min(c) > 0 else 0.0
                       for c in map(list, columns))

"""Measures riverd beside a floor and beside nginx (`make bench`); docs/performance.md has the figures.

The floor is the least that polling can cost: one HTTP client, feed-rs and one table (`examples/floor`). Both poll the same
feeds on loopback, in turns. CPU is the user and system time of the whole process, memory its largest resident size. The
figures are medians of the repetitions. What needs a program or a folder that is not there is left out, and said.
"""

import argparse
import os
import shutil
import tempfile

import polling
import serving

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARTS = ("synthetic", "captured", "failing", "idle", "nginx")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--riverd", default=os.path.join(ROOT, "target/release/riverd"))
    parser.add_argument("--floor", default=os.path.join(ROOT, "target/release/examples/floor"))
    parser.add_argument("--feeds", default="1000", help="numbers of synthetic feeds, separated by commas")
    parser.add_argument("--captured", help="a folder of captured feeds")
    parser.add_argument("--many", type=int, default=0, help="the number of feeds of a round on one core")
    parser.add_argument("--parts", default=",".join(PARTS), help="what to measure, separated by commas")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="how long each run beside nginx takes")
    parser.add_argument("--port", type=int, default=18480)
    options = parser.parse_args()
    parts = options.parts.split(",")
    with tempfile.TemporaryDirectory(prefix="riverd-bench-") as work:
        with open(os.path.join(work, "errors.log"), "a", encoding="utf-8") as log:
            if "synthetic" in parts or "captured" in parts:
                print("| feeds | phase | floor: CPU s (wall) | riverd: CPU s (wall) | times the floor | memory MB | database MB |")
                print("| --: | --- | --: | --: | --: | --: | --: |")
            if "synthetic" in parts:
                polling.synthetic(options, work, log)
            if "captured" in parts and options.captured:
                polling.captured(options, work, log)
            elif "captured" in parts:
                print("captured feeds: no folder was given with --captured")
            if "failing" in parts:
                polling.failing(options, work, log)
            if "idle" in parts:
                serving.idle(options, work, log)
            if "nginx" in parts and shutil.which("nginx") and shutil.which("wrk"):
                serving.beside_nginx(options, work, log)
            elif "nginx" in parts:
                print("beside nginx: nginx or wrk is not installed")
            if options.many:
                polling.many(options, work, log)


if __name__ == "__main__":
    main()

"""The simulated arXiv by hand: python -m tests.arxiv_simulator --port 8100 --day 2026-11-20"""

from __future__ import annotations

import argparse
from datetime import date, datetime, time

from tests.arxiv_simulator import ArxivSimulator, Fault, World, clock


def main() -> None:
    options = _parser().parse_args()
    now = datetime.combine(options.day, time.fromisoformat(options.time), clock.EASTERN)
    days = clock.weekdays(clock.arxiv_day(now), options.days)
    world = World.sample(days, options.categories.split(","), options.per_day, options.seed)
    with ArxivSimulator(world, now, port=options.port) as simulator:
        for order in options.fault:
            prefix, _, name = order.partition("=")
            simulator.fault(prefix, Fault[name], times=None)
        for name, value in simulator.environment().items():
            print(f"export {name}={value}", flush=True)
        try:
            while True:
                simulator.wait(3600)
        except KeyboardInterrupt:
            pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.arxiv_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--day", type=date.fromisoformat, default=clock.eastern(datetime.now(clock.EASTERN)).date())
    parser.add_argument("--time", default="12:00", help="US Eastern time of that day (default: noon)")
    parser.add_argument("--days", type=int, default=10, help="announcement days up to it")
    parser.add_argument("--categories", default="cs.LG,cs.CL,stat.ML,math.AT")
    parser.add_argument("--per-day", type=int, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fault", action="append", default=[], metavar="PREFIX=NAME", help="such as /rss/=STATUS_503")
    return parser


if __name__ == "__main__":
    main()

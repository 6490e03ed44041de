"""Bench: every claim we make about speed, size and likeness, with the command that measures it.

    tables/     seven real tables, ours and the peers', in one run  make bench-tables
    scale.py    ten million rows: memory, time, two workers, hash   make bench-scale
    start.py    import, help, first row of a saved World            make bench-start
    judge/      what the judge catches, and how often it cries wolf make bench-judge
    assumptions.py  planted true and wrong assumptions              make bench-assumptions
    report.py   RESULTS.md from the JSON lines                      make bench-report

    measure.py  what a process cost: wall and CPU seconds, peak memory of it and its children
    results.py  JSON lines that are only ever added to; what is there is not measured again
    tabulate.py tables of RESULTS.md and exact intervals of rates
    machine.py  where and on what a figure was measured

Real tables are read from the folder named by WORLDWRIGHT_DATA; peers live in venvs of their own
under BENCH_VENVS (`make bench-peers`). CPU seconds hold on a busy machine, walls do not: every line
carries the load average that it was measured under.
"""

# The bench: every claim with its command. Real tables lie in the folder WORLDWRIGHT_DATA, peers in
# venvs of their own under BENCH_VENVS. What was measured stands in bench/results/*.jsonl and is not
# measured again (AGAIN=--again does). FULL=1 takes longer: slow makers on all tables, more repeats.

BENCH_PYTHON ?= $(BIN)/python
BENCH_VENVS ?= $(CURDIR)/.bench-venvs
AGAIN ?=
export BENCH_VENVS

ifdef FULL
BENCH_TABLES = --full
BENCH_REPEATS = 3
BENCH_JUDGED = --only untouched,planted,told,fine,peers --repeats 5 --peers 2 --slow \
	--sets adult,bank,credit,telco,hotel,intrusion,pages,air,flights,accounts,orders
else
BENCH_TABLES =
BENCH_REPEATS = 1
BENCH_JUDGED =
endif

.PHONY: bench bench-tables bench-tables-attempts bench-scale bench-start bench-judge bench-judge-attempts bench-estimate \
	bench-assumptions bench-judge-speed bench-worth bench-report \
	bench-peers bench-judge-peers

bench: bench-start bench-scale bench-tables bench-judge bench-estimate bench-assumptions bench-judge-speed bench-report ## measure every claim

bench-tables: setup ## likeness, use, memory, rules, densities and cost on seven real tables
	$(BENCH_PYTHON) -m bench.tables $(BENCH_TABLES) $(AGAIN)

bench-tables-attempts: setup ## likeness: what was tried beside the default, and what teachers leave unknown
	$(BENCH_PYTHON) -m bench.tables --only attempts $(AGAIN)

bench-scale: setup ## ten million rows: memory, time, two workers, hashing
	$(BENCH_PYTHON) -m bench.scale --repeats $(BENCH_REPEATS) $(AGAIN)

bench-start: setup ## import, help, first row of a saved World
	$(BENCH_PYTHON) -m bench.start $(AGAIN)

bench-judge: setup ## the judge: planted faults caught, false alarms, first-named place, peers
	OMP_NUM_THREADS=1 $(BENCH_PYTHON) -m bench.judge $(BENCH_JUDGED) $(AGAIN)

bench-judge-attempts: setup ## the judge: other ways to bring its tests together, on the same plants
	OMP_NUM_THREADS=1 $(BENCH_PYTHON) -m bench.judge.attempts $(AGAIN)

bench-estimate: setup ## estimates: do intervals hold when made rows are wrong, and how wide are they
	OMP_NUM_THREADS=1 $(BENCH_PYTHON) -m bench.estimate $(AGAIN)

bench-assumptions: setup ## assumptions: wrong ones contradicted, true ones left alone
	OMP_NUM_THREADS=1 $(BENCH_PYTHON) -m bench.assumptions $(AGAIN)

bench-judge-speed: setup ## the judge at 100,000 rows of 50 columns: time and memory
	$(BENCH_PYTHON) -m bench.speed_judge $(AGAIN)

bench-worth: setup ## forty true examples: what made rows are worth beside what costs nothing
	$(BENCH_PYTHON) -m bench.worth $(AGAIN)

bench-report: setup ## write bench/RESULTS.md from what was measured
	$(BENCH_PYTHON) -m bench.report

bench-peers: setup ## venvs of the peers; SDV is under the Business Source Licence: bench only
	$(BENCH_PYTHON) -m venv $(BENCH_VENVS)/sdv
	$(BENCH_VENVS)/sdv/bin/python -m pip install torch==2.13.0 sdv==2.0.0
	$(BENCH_PYTHON) -m venv $(BENCH_VENVS)/mostly
	$(BENCH_VENVS)/mostly/bin/python -m pip install torch==2.13.0 mostlyai-engine==2.7.3
	# A torchvision built for another torch breaks the engine's import, and it needs none.
	$(BENCH_VENVS)/mostly/bin/python -m pip uninstall --yes torchvision torchaudio
	# arfpy asks a Series for its n-th value by plain index, which pandas 3 no longer answers.
	$(BENCH_PYTHON) -m venv $(BENCH_VENVS)/densities
	$(BENCH_VENVS)/densities/bin/python -m pip install arfpy==0.1.1 nrgboost==0.0.3 'pandas<3'

bench-judge-peers: setup ## venvs of the tools that the judge is held against
	$(BENCH_PYTHON) -m venv $(BENCH_VENVS)/sdmetrics
	$(BENCH_VENVS)/sdmetrics/bin/python -m pip install sdmetrics==0.32.0 pyarrow
	$(BENCH_PYTHON) -m venv $(BENCH_VENVS)/pandera
	$(BENCH_VENVS)/pandera/bin/python -m pip install 'pandera[pandas]==0.35.0' pyarrow
	# Evidently 0.7.23 imports what pandas 3 no longer has.
	$(BENCH_PYTHON) -m venv $(BENCH_VENVS)/evidently
	$(BENCH_VENVS)/evidently/bin/python -m pip install evidently==0.7.23 'pandas<3' pyarrow
	$(BENCH_PYTHON) -m venv $(BENCH_VENVS)/mostly-qa
	$(BENCH_VENVS)/mostly-qa/bin/python -m pip install torch==2.13.0 mostlyai-qa==1.10.11 pyarrow

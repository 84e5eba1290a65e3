.DEFAULT_GOAL := help
.PHONY: help install test fast lint docs preset packages

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install: ## everything that development needs, editable
	pip install -e '.[dev]'

test: ## all tests, on all cores
	pytest

fast: ## the tests that do not train: two minutes
	pytest -m "not slow"

lint: ## style and types
	ruff check .
	ruff format --check .
	mypy

docs: ## write the outputs in README.md and docs/labels.md again, run the code in the docs
	python docs/update_readme.py
	python docs/make_labels_page.py
	pytest tests/docs

preset: ## train one preset: make preset NAME=simon-semantic DATA=folder/of/columns
	python benchmarks/train_presets.py $(NAME) --data $(DATA) --cache cache

packages: ## the wheel and the source archive, checked
	python -m build
	twine check dist/*

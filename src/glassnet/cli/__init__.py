"""The command line: a thin front. `glassnet.cli.app` is where it starts.

    app.py       main(): the language, the program, what becomes of errors, exit codes
    program.py   the commands and their help
    options.py   the options that all commands share, accepted before and after the command
    usage.py     help and mistakes on the command line, in the person's language
    demo.py      `glassnet demo`: from the data to the pictures; `digits.py` its data, `story.py` its words
    progress.py  a live bar on a terminal, plain lines elsewhere

Standard output carries results, standard error carries progress and errors. Exit codes: 0 done, 1 something is wrong
with the data or the machine, 2 the command line is wrong, 130 interrupted.
"""

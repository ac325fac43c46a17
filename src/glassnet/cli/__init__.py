"""The command line: a thin front. `glassnet.cli.app` is where it starts.

    app.py            main(): the language, the program, what becomes of errors, exit codes
    failures.py       errors of the system, and faults of glassnet, in words
    program.py        the commands and their help
    options.py        the options that all commands share, accepted before and after the command
    table_options.py  the options of commands that read a table
    train_options.py, model_options.py    the options of train; of predict and evaluate
    plot_options.py, plot.py              `glassnet plot`
    explain_options.py, explain.py        `glassnet explain` and `glassnet list`
    playground_options.py, playground.py  `glassnet playground`
    readers.py        words to numbers and names; choices.py the names that the catalog has
    usage.py          mistakes on the command line, in the person's language; help_page.py what --help prints
    train.py, predict.py, evaluate.py     what these commands do; files.py and models.py what they read and write
    demo.py           `glassnet demo`: from the data to the pictures; digits.py its data, story.py its words

What is imported for `glassnet --help` is light; a command's module is imported when the command runs.

Standard output carries results, standard error carries progress and errors. Exit codes: 0 done, 1 something is wrong
with the data or the machine, 2 the command line is wrong, 130 interrupted. GLASSNET_DEBUG=1 in the environment shows
where faults of glassnet itself happen.
"""

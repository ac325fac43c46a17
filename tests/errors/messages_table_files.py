"""What errors of files of tables say: constructor, arguments, message."""

from glassnet.errors import TableFileError

SKIP = "--skip-bad-rows leaves such rows out and counts them (in Python: skip_bad_rows=True)"

MESSAGES = [
    (TableFileError.missing, ("data/people.csv", []), "there is no file data/people.csv"),
    (
        TableFileError.missing,
        ("peple.csv", ["people.csv", "people.tsv"]),
        'there is no file peple.csv. The nearest in its folder: "people.csv", "people.tsv"',
    ),
    (TableFileError.no_folder, ("x/a.csv", "/y/x"), "there is no file x/a.csv, nor the folder /y/x"),
    (TableFileError.folder, ("data",), "data is a folder; name a file in it"),
    (
        TableFileError.not_a_file,
        ("/dev/stdin",),
        "/dev/stdin is no file but a pipe or a device, which can be read only once. Save it to a file first",
    ),
    (TableFileError.not_readable, ("a.csv", "Permission denied"), "a.csv cannot be read: Permission denied"),
    (TableFileError.empty, ("a.csv",), "a.csv is empty"),
    (
        TableFileError.unknown_format,
        ("a.pkl", ".pkl", [".csv", ".parquet"]),
        "a.pkl must be a table in one of the formats .csv, .parquet; got .pkl",
    ),
    (
        TableFileError.unknown_format,
        ("people", "", [".csv", ".parquet"]),
        "people must be a table in one of the formats .csv, .parquet; got a name without an ending",
    ),
    (
        TableFileError.spreadsheet,
        ("a.xlsx",),
        (
            "a.xlsx is a spreadsheet, which glassnet does not read. Save the sheet as CSV (UTF-8); "
            "or in Python read it with pandas.read_excel and pass the data frame"
        ),
    ),
    (
        TableFileError.packed,
        ("a.zip",),
        "a.zip is packed. Unpack it first; of packed tables only gzip (.gz) of text is read",
    ),
    (
        TableFileError.broken_gzip,
        ("a.csv.gz",),
        "a.csv.gz cannot be unpacked: the file is damaged or not complete. Copy or download it again",
    ),
    (
        TableFileError.broken_parquet,
        ("a.parquet", "Footer length error"),
        (
            "a.parquet is no Parquet file, or not a complete one (Footer length error). "
            "Write it again; a text file needs a name that ends in .csv"
        ),
    ),
    (TableFileError.not_understood, ("a.csv", "out of memory"), "a.csv cannot be read as a table: out of memory"),
    (TableFileError.cannot_write, ("a.parquet", "out of memory"), "a.parquet cannot be written: out of memory"),
    (
        TableFileError.binary,
        ("a.csv", 1204),
        "a.csv is no text: character 1,204 is zero. Is it a spreadsheet or a packed file under another name?",
    ),
    (
        TableFileError.not_decodable,
        ("a.csv", "utf-8", 0x0E, 1205, 81233),
        (
            "a.csv is not text in utf-8: line 1,205 has the byte 0E (byte 81,233 of the file). "
            "Name its encoding: --encoding gb18030, cp1252, ... (in Python: encoding=)"
        ),
    ),
    (
        TableFileError.unknown_encoding,
        ("gb1803", ["gb18030", "gb2312"]),
        (
            "encoding must be the name of an encoding, as utf-8, gb18030 or cp1252; "
            'got "gb1803". The nearest: "gb18030", "gb2312"'
        ),
    ),
    (
        TableFileError.unknown_encoding,
        ("xyz", []),
        'encoding must be the name of an encoding, as utf-8, gb18030 or cp1252; got "xyz"',
    ),
    (
        TableFileError.no_header,
        ("iris.data", ["5.1", "x" * 21]),
        (
            "iris.data seems to have no header row: its first row looks like data (5.1, xxxxxxxxxxxxxxxxxxx…). "
            "Put a line with the names of the columns first"
        ),
    ),
    (
        TableFileError.no_header,
        ("a.csv", list("123456")),
        (
            "a.csv seems to have no header row: its first row looks like data (1, 2, 3, 4, 5, …). "
            "Put a line with the names of the columns first"
        ),
    ),
    (
        TableFileError.repeated_name,
        ("a.csv", "age", 2, 7),
        'columns of a.csv must have different names; columns 2 and 7 are both "age". Rename one',
    ),
    (TableFileError.no_columns, ("a.json",), "a.json has no columns"),
    (
        TableFileError.fields,
        ("people.csv", 1204, 1205, 17, 15, 'a,"b"\tc'),
        (
            'people.csv, row 1,204: 17 fields where the header has 15 (line 1,205: "a,"b" c"). '
            f"Is a quote missing? {SKIP}"
        ),
    ),
    (
        TableFileError.fields,
        ("people.csv", 1, 2, 1, 2, "x" * 100),
        (f'people.csv, row 1: 1 field where the header has 2 (line 2: "{"x" * 59}…"). Is a quote missing? {SKIP}'),
    ),
    (
        TableFileError.open_quote,
        ("people.csv", 3, 4, '7,"Smith'),
        (
            'people.csv, row 3: a quote opens that is never closed (line 4: "7,"Smith"). '
            f"Close it, or write it twice. {SKIP}"
        ),
    ),
    (
        TableFileError.open_quote,
        ("people.csv", 0, 1, 'a,"b'),
        ('people.csv, the header: a quote opens that is never closed (line 1: "a,"b"). Close it, or write it twice'),
    ),
    (
        TableFileError.text_after_quote,
        ("people.csv", 3, 4, '7,"Smith"x'),
        (
            'people.csv, row 3: text follows a closing quote (line 4: "7,"Smith"x"). '
            f'A quote inside of a quoted field is written twice: "". {SKIP}'
        ),
    ),
    (
        TableFileError.text_after_quote,
        ("people.csv", 0, 1, '"a"b'),
        (
            'people.csv, the header: text follows a closing quote (line 1: ""a"b"). '
            'A quote inside of a quoted field is written twice: ""'
        ),
    ),
    (
        TableFileError.all_rows_bad,
        ("a.csv", 1),
        "a.csv: the only row cannot be read. Without skip_bad_rows the message says why",
    ),
    (
        TableFileError.all_rows_bad,
        ("a.csv", 1204),
        "a.csv: none of the 1,204 rows can be read. Without skip_bad_rows the message says why",
    ),
    (
        TableFileError.json_line,
        ("a.jsonl", 1204, '{"age": 31\x1b'),
        (
            'a.jsonl, line 1,204: every line must be one JSON object, as {"age": 31}; '
            f'got "{{"age": 31\N{REPLACEMENT CHARACTER}". {SKIP}'
        ),
    ),
    (
        TableFileError.json_syntax,
        ("a.json", 1204, 7),
        "a.json is no JSON: it goes wrong in line 1,204, column 7. Is the file complete?",
    ),
    (
        TableFileError.json_shape,
        ("a.json",),
        (
            'a.json must hold rows: an array of objects, [{"age": 31}, ...], or one object on each line. '
            'pandas writes such files with to_json(path, orient="records")'
        ),
    ),
]

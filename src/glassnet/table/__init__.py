"""The table room: a file, a data frame or an array in; typed columns, and an invertible encoding to numbers, out.

read_table ─┐
            ├─ Table ── choose_roles ── Encoding.learn ── Encoding.encode ── rows for the engine
as_table ───┘
"""

from glassnet.table.encoding import EncodedRows as EncodedRows
from glassnet.table.encoding import Encoding as Encoding
from glassnet.table.files import read_table as read_table
from glassnet.table.files import write_table as write_table
from glassnet.table.frame import Column as Column
from glassnet.table.frame import Table as Table
from glassnet.table.frame import as_column as as_column
from glassnet.table.frame import as_table as as_table
from glassnet.table.frame import as_text as as_text
from glassnet.table.roles import Role as Role
from glassnet.table.roles import choose_roles as choose_roles

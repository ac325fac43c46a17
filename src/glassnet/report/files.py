"""Files that appear whole or not at all; tables are written so too, so this lives in the room of tables."""

from glassnet.table.whole_files import write_whole

__all__ = ["write_whole"]

"""Write the generated parts of all pages again: `make docs`."""

from tests.docs.reference import pages, refreshed

for page in pages():
    text = page.read_text("utf-8")
    page.write_text(refreshed(text), "utf-8")

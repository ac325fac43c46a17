"""Pages for a browser: one file each, that asks no other server for anything.

page.py        a template and what it shows → HTML; pictures take the colors of the page, in light and in dark
page.css       how all pages look: on a screen, a phone, paper, in the dark
contents.py    what a report is about, as data
report.py      the report of a model: contents → sections → HTML
sections.py    its tables, as rows of text
charts.py      its pictures
report.html    its template
lab.html       the template of the lab, which fills it in itself
"""

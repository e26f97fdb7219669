"""Make `report.docx`: the document whose styles, margins and settings the Word report has.

Run this file after a change and commit what it writes; a test says when the two differ. It needs
python-docx alone.
"""

import sys
from pathlib import Path

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor, Twips

TEMPLATE = Path(__file__).with_name("report.docx")
FONT = "Times New Roman"
INK, GREY, ACCENT, HAIR, SHADE = "1C2126", "595959", "8A1C12", "E3E3E3", "F5F4F2"
TEXT_WIDTH = 9640
"""Width of the text in twentieths of a point, as are all lengths here but letters' sizes."""

PARAGRAPHS = {
    "Title": {"size": 20, "bold": True, "colour": INK, "after": 80},
    "Subtitle": {"size": 12, "colour": GREY, "after": 160},
    "Wave": {"size": 10, "colour": GREY, "after": 40, "next": "Title"},
    "Heading 1": {"size": 14, "bold": True, "before": 280, "after": 100, "level": 0},
    "Heading 2": {"size": 12, "bold": True, "before": 220, "after": 80, "level": 1},
    "Heading 3": {"size": 11, "bold": True, "before": 180, "after": 60, "level": 2},
    "Contents heading": {"size": 12, "bold": True, "before": 160, "after": 60},
    "Caution": {"size": 10, "before": 80, "after": 120, "frame": GREY},
    "Mark": {"size": 10, "before": 80, "after": 120, "frame": ACCENT},
    "Evidence": {"size": 9.5, "colour": INK, "after": 60},
    "Caption": {"size": 9.5, "bold": True, "before": 140, "after": 60, "together": True},
    "Picture": {"size": 10, "before": 100, "after": 20, "keep": True, "next": "Caption"},
    "List Bullet": {"size": 10, "after": 40, "bullet": True},
    "Table note": {"size": 8.5, "colour": GREY, "before": 40, "after": 0},
    "Table end": {"size": 2, "after": 60},
    "Header": {"size": 9, "colour": GREY, "after": 0},
    "Footer": {"size": 9, "colour": GREY, "after": 0, "align": WD_ALIGN_PARAGRAPH.CENTER},
    "toc 1": {"size": 9.5, "after": 0, "tab": 0},
    "toc 2": {"size": 9.5, "after": 0, "tab": 340},
}
RIGHT = WD_ALIGN_PARAGRAPH.RIGHT
TABLE_PARAGRAPHS = {
    "Table text": {},
    "Table number": {"align": RIGHT},
    "Table heading": {"bold": True, "keep": True},
    "Table heading number": {"bold": True, "keep": True, "align": RIGHT},
    "Table question": {"bold": True, "keep": True},
    "Table subtotal": {"italic": True},
    "Table subtotal number": {"italic": True, "align": RIGHT},
    "Table base": {"colour": GREY},
    "Table base number": {"colour": GREY, "align": RIGHT},
}
"""Each has a ``fine`` one beside it, for tables of many or long cells."""

KEPT_PARTS = ("/styles", "/numbering", "/settings", "/theme", "/fontTable", "/header", "/footer")


def make_template():
    """Return the document."""
    document = docx.Document()
    _drop_what_is_not_ours(document)
    _set_page(document.sections[0])
    styles = document.styles
    for name, kind in (
        ("Normal", WD_STYLE_TYPE.PARAGRAPH),
        ("Default Paragraph Font", WD_STYLE_TYPE.CHARACTER),
        ("Normal Table", WD_STYLE_TYPE.TABLE),
        ("No List", WD_STYLE_TYPE.LIST),
    ):
        styles.add_style(name, kind, builtin=True).element.set(qn("w:default"), "1")
    _shape(styles["Normal"], {"size": 10, "after": 70, "line": 1.0})
    styles["Normal"].font.name = FONT
    styles["Normal"].paragraph_format.widow_control = True
    for name, look in PARAGRAPHS.items():
        _add_paragraph_style(styles, name, "Normal", look)
    base = {"size": 9, "before": 14, "after": 14, "line": 1.0}
    _add_paragraph_style(styles, "Table paragraph", "Normal", base)
    for name, look in TABLE_PARAGRAPHS.items():
        _add_paragraph_style(styles, name, "Table paragraph", {"size": 9, **look})
        _add_paragraph_style(styles, f"{name} fine", "Table paragraph", {"size": 8.5, **look})
    for name, look in PARAGRAPHS.items():
        styles[name].next_paragraph_style = styles[look.get("next", "Normal")]
    for name, colour in (("Strong", None), ("Reconstructed", ACCENT)):
        style = styles.add_style(name, WD_STYLE_TYPE.CHARACTER, builtin=name == "Strong")
        style.font.bold = True
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour)
    _add_table_style(styles)
    _add_bullet(document.part.numbering_part.element, styles["List Bullet"])
    return document


def _drop_what_is_not_ours(document):
    """Leave nothing of python-docx's own template: its styles, lists, properties, thumbnail."""
    for part, kept in (
        (document.part, KEPT_PARTS),
        (document.part.package, ("officeDocument", "core-properties")),
    ):
        for key in [key for key, one in part.rels.items() if not one.reltype.endswith(kept)]:
            del part.rels[key]
    core = document.core_properties
    for element in (document.styles.element, document.part.numbering_part.element, core._element):
        for old in list(element):
            element.remove(old)
    _add(document.styles.element, "docDefaults/rPrDefault/rPr/lang", val="en-GB", eastAsia="en-GB")
    _set_up(document.settings.element)


def _set_up(settings):
    for old in list(settings):
        settings.remove(old)
    _add(settings, "zoom", percent="100")
    _add(settings, "defaultTabStop", val="720")
    _add(settings, "characterSpacingControl", val="doNotCompress")
    word = "http://schemas.microsoft.com/office/word"
    _add(settings, "compat/compatSetting", name="compatibilityMode", uri=word, val="15")
    _add(settings, "themeFontLang", val="en-GB")
    themes = {"bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2"}
    themes |= {f"accent{number}": f"accent{number}" for number in range(1, 7)}
    themes |= {"hyperlink": "hyperlink", "followedHyperlink": "followedHyperlink"}
    _add(settings, "clrSchemeMapping", **themes)
    _add(settings, "decimalSymbol", val=".")
    _add(settings, "listSeparator", val=",")


def _set_page(section):
    section.page_width, section.page_height = Twips(11906), Twips(16838)
    section.left_margin = section.right_margin = Twips((11906 - TEXT_WIDTH) // 2)
    section.top_margin, section.bottom_margin = Twips(1130), Twips(1020)
    section.header_distance, section.footer_distance = Twips(560), Twips(480)


def _add_paragraph_style(styles, name, parent, look):
    ours = name not in ("Title", "Subtitle", "List Bullet", "Caption", "Header", "Footer")
    builtin = not ours or name[0].islower() or name.startswith("Heading")
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=builtin)
    style.base_style, style.quick_style = styles[parent], True
    _shape(style, look)


def _shape(style, look):
    """Give a paragraph style its letters and its place."""
    font, shape = style.font, style.paragraph_format
    font.size = Pt(look["size"])
    font.bold, font.italic = look.get("bold"), look.get("italic")
    if "colour" in look:
        font.color.rgb = RGBColor.from_string(look["colour"])
    shape.keep_with_next = True if "level" in look or "keep" in look else None
    shape.keep_together = look.get("together")
    if "frame" in look:
        _frame(style.element.get_or_add_pPr(), look["frame"])
        shape.left_indent, shape.right_indent = Twips(170), Twips(113)
    if "bullet" in look:
        properties = style.element.get_or_add_pPr()
        _add(properties, "numPr/numId", val="1")
        _add(properties, "contextualSpacing")
    if "tab" in look:
        shape.tab_stops.add_tab_stop(Twips(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        shape.left_indent, shape.right_indent = Twips(look["tab"]), Twips(567)
    shape.space_before = Twips(look["before"]) if "before" in look else None
    shape.space_after = Twips(look["after"]) if "after" in look else None
    shape.line_spacing = look.get("line")
    shape.alignment = look.get("align")
    if "level" in look:
        _add(style.element.pPr, "outlineLvl", val=str(look["level"]))


def _frame(properties, colour):
    """A bar at the left, and a shade."""
    _add(properties, "pBdr/left", val="single", sz="24", space="8", color=colour)
    _add(properties, "shd", val="clear", color="auto", fill=SHADE)


def _add_bullet(numbering, style):
    """A dash before each item."""
    dash = _add(numbering, "abstractNum", abstractNumId="0")
    _add(dash, "multiLevelType", val="singleLevel")
    level = _add(dash, "lvl", ilvl="0")
    _add(level, "start", val="1")
    _add(level, "numFmt", val="bullet")
    _add(level, "pStyle", val=style.style_id)
    _add(level, "lvlText", val="\N{EN DASH}")
    _add(level, "lvlJc", val="left")
    _add(level, "pPr/ind", left="340", hanging="255")
    _add(_add(numbering, "num", numId="1"), "abstractNumId", val="0")


def _add_table_style(styles):
    """Rules above and below, hairs between the rows; headings stand at the bottom."""
    plain = _add(styles["Normal Table"].element, "tblPr")
    _add(plain, "tblInd", w="0", type="dxa")
    margins = _add(plain, "tblCellMar")
    for side, width in (("top", "0"), ("left", "57"), ("bottom", "0"), ("right", "57")):
        _add(margins, side, w=width, type="dxa")
    style = styles.add_style("Survey table", WD_STYLE_TYPE.TABLE)
    style.base_style, style.quick_style = styles["Normal Table"], True
    borders = _add(style.element, "tblPr/tblBorders")
    for side, size, colour in (("top", 10, INK), ("bottom", 10, INK), ("insideH", 2, HAIR)):
        _add(borders, side, val="single", sz=str(size), space="0", color=colour)
    first = _add(style.element, "tblStylePr", type="firstRow")
    _add(first, "tcPr/vAlign", val="bottom")


def _add(parent, path, **attributes):
    """Append an element, and those on the way to it."""
    for name in path.split("/"):
        element = OxmlElement(f"w:{name}")
        parent.append(element)
        parent = element
    for name, value in attributes.items():
        parent.set(qn(f"w:{name}"), value)
    return parent


if __name__ == "__main__":
    make_template().save(sys.argv[1] if len(sys.argv) > 1 else TEMPLATE)

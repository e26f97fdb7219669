"""Word styles: every look of the Word report defined once, as styles that a reader can change."""

from typing import Any
from xml.sax.saxutils import quoteattr

FONT = "Times New Roman"
INK, GREY, ACCENT = "1C2126", "595959", "8A1C12"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

#: id, name, parent, next, size in half points, run properties, paragraph properties
_PARAGRAPHS = (
    ("Title", "Title", "Normal", "Normal", 44, f'<w:b/><w:color w:val="{INK}"/>', (0, 120, "")),
    ("Subtitle", "Subtitle", "Normal", "Normal", 26, f'<w:color w:val="{GREY}"/>', (0, 240, "")),
    ("Wave", "Wave", "Normal", "Title", 22, f'<w:color w:val="{GREY}"/>', (0, 60, "")),
    ("Heading1", "heading 1", "Normal", "Normal", 32, "<w:b/>", (480, 140, "<w:keepNext/>|0")),
    ("Heading2", "heading 2", "Normal", "Normal", 26, "<w:b/>", (320, 100, "<w:keepNext/>|1")),
    ("Heading3", "heading 3", "Normal", "Normal", 24, "<w:b/>", (240, 80, "<w:keepNext/>|2")),
    ("ContentsHeading", "Contents heading", "Normal", "Normal", 28, "<w:b/>", (320, 120, "")),
    ("Caution", "Caution", "Normal", "Normal", 22, "", (120, 200, f"frame|{GREY}")),
    ("Mark", "Mark", "Normal", "Normal", 22, "", (120, 200, f"frame|{ACCENT}")),
    ("Evidence", "Evidence", "Normal", "Normal", 20, f'<w:color w:val="{INK}"/>', (0, 80, "")),
    ("Caption", "caption", "Normal", "Normal", 21, "<w:b/>", (240, 80, "<w:keepLines/>")),
    ("Picture", "Picture", "Normal", "Caption", 22, "", (240, 60, "<w:keepNext/>")),
    ("TableNote", "Table note", "Normal", "Normal", 18, f'<w:color w:val="{GREY}"/>', (60, 0, "")),
    ("TableEnd", "Table end", "Normal", "Normal", 8, "", (0, 120, "")),
    ("Header", "header", "Normal", "Header", 18, f'<w:color w:val="{GREY}"/>', (0, 0, "")),
    ("Footer", "footer", "Normal", "Footer", 18, f'<w:color w:val="{GREY}"/>', (0, 0, "centre")),
    ("TOC1", "toc 1", "Normal", "Normal", 22, "<w:b/>", (100, 0, "tab|0")),
    ("TOC2", "toc 2", "Normal", "Normal", 22, "", (0, 0, "tab|340")),
    ("TableofFigures", "table of figures", "Normal", "Normal", 21, "", (0, 20, "tab|0")),
)
_TABLE_PARAGRAPHS = (
    ("TableText", "Table text", "TableBase", "", ""),
    ("TableNumber", "Table number", "TableBase", "", '<w:jc w:val="right"/>'),
    ("TableHead", "Table heading", "TableBase", "<w:b/>", "<w:keepNext/>"),
    (
        "TableHeadNumber",
        "Table heading number",
        "TableBase",
        "<w:b/>",
        '<w:keepNext/><w:jc w:val="right"/>',
    ),
    ("TableQuestion", "Table question", "TableBase", "<w:b/>", "<w:keepNext/>"),
    ("TableSubtotal", "Table subtotal", "TableBase", "<w:i/>", ""),
    (
        "TableSubtotalNumber",
        "Table subtotal number",
        "TableBase",
        "<w:i/>",
        '<w:jc w:val="right"/>',
    ),
    ("TableMinor", "Table base", "TableBase", f'<w:color w:val="{GREY}"/>', ""),
    (
        "TableMinorNumber",
        "Table base number",
        "TableBase",
        f'<w:color w:val="{GREY}"/>',
        '<w:jc w:val="right"/>',
    ),
)
_KEPT = ("/styles", "/numbering", "/settings", "/theme", "/fontTable", "/header", "/footer")

TEXT_WIDTH = 9300
"""Width of the text in twentieths of a point."""


def install_styles(document: Any, locale: str, decimal: str) -> None:
    """Replace the styles, numbering and settings of an empty document by those of the report.

    What else the library's own template holds (a thumbnail, another program's name, a second set
    of styles) is dropped.
    """
    for part, kept in (
        (document.part, _KEPT),
        (document.part.package, ("officeDocument", "core-properties")),
    ):
        for key in [key for key, one in part.rels.items() if not one.reltype.endswith(kept)]:
            del part.rels[key]
    _fill(document.styles.element, _all_styles(locale))
    _fill(document.part.numbering_part.element, _NUMBERING)
    _fill(document.settings.element, _settings(locale, decimal))


def _fill(element: Any, xml: str) -> None:
    """Replace everything in an element."""
    from docx.oxml import parse_xml

    for old in list(element):
        element.remove(old)
    for one in parse_xml(f'<w:body xmlns:w="{_W}">{xml}</w:body>'):
        element.append(one)


def _settings(locale: str, decimal: str) -> str:
    separator = ";" if decimal == "," else ","
    themes = {"bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2"}
    themes |= {f"accent{number}": f"accent{number}" for number in range(1, 7)}
    themes |= {"hyperlink": "hyperlink", "followedHyperlink": "followedHyperlink"}
    colours = "".join(f' w:{name}="{value}"' for name, value in themes.items())
    return (
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting '
        'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        f"</w:compat><w:themeFontLang w:val={quoteattr(locale)}/>"
        f"<w:clrSchemeMapping{colours}/>"
        f'<w:decimalSymbol w:val="{decimal}"/><w:listSeparator w:val="{separator}"/>'
    )


def _all_styles(locale: str) -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    lang = f"<w:lang w:val={quoteattr(locale)} w:eastAsia={quoteattr(locale)}/>"
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        f'<w:sz w:val="22"/><w:szCs w:val="22"/>{lang}</w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/><w:pPr><w:widowControl/>"
        '<w:spacing w:after="120" w:line="269" w:lineRule="auto"/></w:pPr></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList">'
        '<w:name w:val="No List"/><w:semiHidden/></w:style>'
        '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:qFormat/>'
        "<w:rPr><w:b/><w:bCs/></w:rPr></w:style>"
        '<w:style w:type="character" w:customStyle="1" w:styleId="Reconstructed">'
        f'<w:name w:val="Reconstructed"/><w:rPr><w:b/><w:color w:val="{ACCENT}"/></w:rPr></w:style>'
    )
    return defaults + normal + "".join(map(_paragraph_style, _PARAGRAPHS)) + _LIST + _tables()


def _paragraph_style(one: tuple[str, str, str, str, int, str, tuple[int, int, str]]) -> str:
    key, name, parent, following, size, run, (before, after, more) = one
    spacing = f'<w:spacing w:before="{before}" w:after="{after}"/>'
    kind, _, value = more.partition("|")
    paragraph = {
        "frame": _FRAME.format(value) + spacing + '<w:ind w:left="170" w:right="113"/>',
        "centre": f'{spacing}<w:jc w:val="center"/>',
        "tab": f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{TEXT_WIDTH}"/></w:tabs>'
        f'{spacing}<w:ind w:left="{value}" w:right="567"/>',
    }.get(kind, kind + spacing + (f'<w:outlineLvl w:val="{value}"/>' if value else ""))
    custom = "" if name[:1].islower() or name in ("Title", "Subtitle") else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{parent}"/><w:next w:val="{following}"/><w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr>"
        f'<w:rPr>{run}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


_FRAME = (
    '<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{}"/></w:pBdr>'
    '<w:shd w:val="clear" w:color="auto" w:fill="F5F4F2"/>'
)


_LIST = (
    '<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/>'
    '<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
    '<w:spacing w:after="60"/><w:contextualSpacing/></w:pPr></w:style>'
)


def _tables() -> str:
    base = (
        '<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableBase">'
        '<w:name w:val="Table paragraph"/><w:basedOn w:val="Normal"/><w:pPr>'
        '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/></w:pPr>'
        '<w:rPr><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr></w:style>'
    )
    styles = [base]
    for key, name, parent, run, paragraph in _TABLE_PARAGRAPHS:
        for suffix, size in (("", 20), ("Fine", 16)):
            styles.append(
                f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}{suffix}">'
                f'<w:name w:val="{name}{" fine" if suffix else ""}"/>'
                f'<w:basedOn w:val="{parent}"/><w:pPr>{paragraph}</w:pPr>'
                f'<w:rPr>{run}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
            )
    return "".join(styles) + _TABLE_STYLE


_TABLE_STYLE = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="57" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '</w:style><w:style w:type="table" w:customStyle="1" w:styleId="SurveyTable">'
    '<w:name w:val="Survey table"/><w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>'
    f'<w:tblBorders><w:top w:val="single" w:sz="10" w:space="0" w:color="{INK}"/>'
    f'<w:bottom w:val="single" w:sz="10" w:space="0" w:color="{INK}"/>'
    '<w:insideH w:val="single" w:sz="2" w:space="0" w:color="E3E3E3"/></w:tblBorders></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:tcPr><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    "</w:style>"
)
_NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
    '<w:pStyle w:val="ListBullet"/><w:lvlText w:val="\u2013"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="340" w:hanging="255"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)

using System.Text;
using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public class PrologScannerTests
{
    // The bar marks where the tag belongs.
    public static readonly TheoryData<string> Documents =
    [
        // After the head's tag, whatever its attributes look like.
        "<!DOCTYPE html><html><head>|<title>x</title>",
        "<head>|",
        "<HEAD\t>|x",
        "<head/>|<p>",
        "<head a=\">\" b='>' c=d>|<p>",
        "<head a = \"x\"b>|<p>",
        "<head a=b/>|<p>",
        "<head / a=\"/>\">|<p>",
        "<head =\">|\">",
        "<head a=>|b",
        "<head a=b/c=\">|\">",
        "<head a\n=\n'>'\n>|b",
        "<head a b = c'>|'>",
        "<html lang=\"de>\" class='a<head>'><head>|",
        // Before the first tag that makes the parser create a head.
        "<!doctype html>|<p>hello",
        "<!doctype html>|<header>not a head</header>",
        "<!doctype html>|<headings>",
        "<!doctype html>|<htmlx>",
        "<!doctype html>|<template><head>",
        "<!doctype html>|<noscript>",
        "<!doctype html>|<svg>",
        "<!doctype html>\n  <html>\n|<body onload=\"x\">",
        "<html>|<frameset rows=\"*,*\"><frame src=a>",
        "|<body>",
        "|<FrameSet>",
        "|<title>x</title>",
        "|<meta charset=utf-8>",
        "|<base href=/>",
        "|<link rel=x>",
        "<html/>|<p>",
        // Comments and what passes for them.
        "<!-- <head> --><!doctype html><head>|",
        "<!doctype html><!--><head>|-->",
        "<!doctype html><!---><head>|-->",
        "<!doctype html><!----><head>|-->",
        "<!doctype html><!-- a --!><head>|-->",
        "<!doctype html><!-- a --!x <head> --><head>|",
        "<!doctype html><!-- a - -> -- > <head> --><head>|",
        "<!doctype html><!-- a --!--><head>|",
        "<!doctype html><!-- <!-- --><head>|",
        "<!doctype html><!-- <!--><head>|",
        "<!doctype html><!-- a ----><head>|",
        "<!doctype html><!--!> <head> --><head>|",
        "<!doctype html><!><head>|",
        "<!doctype html><!-><head>|",
        "<!doctype html><!-x><head>|",
        "<!doctype html><![CDATA[ > <head>|",
        "<!--[if IE]><html class=ie><![endif]--><!--[if !IE]><!--><html><!--<![endif]--><head>|",
        "<![if !IE]><html><![endif]><head>|",
        "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x\"><html><head>|",
        "<!doctype html><?t d ?><head>|",
        "<!DOCTYPE html PUBLIC \"a\"><head>|",
        "<!DocType><head>|",
        "<!doctypehtml><head>|",
        // A doctype ends at its first '>', even in quotes. What follows here is text for a parser too.
        "<!doctype html SYSTEM \"a><head>|",
        // End tags: some are ignored, some create the head.
        "<!doctype html></p></div class=\">\"><!-- x --><head>|",
        "<!doctype html></><head>|",
        "<!doctype html></ x><head>|",
        "<!doctype html></3><head>|",
        "<!doctype html></headx><head>|",
        "<!doctype html></framesetter a='>'><head>|",
        "<!doctype html>|</head><p>",
        "<!doctype html>|</body >",
        "<html>|</html>",
        "<html>|</BR/>",
        // White space and the mark.
        "\uFEFF<head>|",
        "\uFEFF \r\n\t\f<!doctype html>\r\n|<p>",
        "  |<title>",
    ];

    public static readonly TheoryData<string, SkipReason> NoDocuments = new()
    {
        { "{\"a\":\"<head>\"}", SkipReason.TextFirst },
        { "15", SkipReason.TextFirst },
        { "  Hello<head>", SkipReason.TextFirst },
        { "&nbsp;<head>", SkipReason.TextFirst },
        { "<!doctype html>text<head>", SkipReason.TextFirst },
        { "<html>text<head>", SkipReason.TextFirst },
        { "<!doctype html><3<head>", SkipReason.TextFirst },
        { "< head>", SkipReason.TextFirst },
        { "<<head>", SkipReason.TextFirst },
        { "\uFEFF\uFEFF<head>", SkipReason.TextFirst },
        { "é<head>", SkipReason.TextFirst },
        { "<p>hello", SkipReason.Fragment },
        { "<div><head>", SkipReason.Fragment },
        { "<!-- row --><td>1</td>", SkipReason.Fragment },
        { "<br />\n<b>Warning</b>: x<!doctype html><head>", SkipReason.Fragment },
        { "<header>", SkipReason.Fragment },
        { "<metadata>", SkipReason.Fragment },
        { "<html-x>", SkipReason.Fragment },
        { "<script>", SkipReason.Fragment },
        { "<noscript>", SkipReason.Fragment },
        { "</body>", SkipReason.Fragment },
        { "</br>", SkipReason.Fragment },
        { "", SkipReason.EndedInProlog },
        { " \n", SkipReason.EndedInProlog },
        { "<!-- only a comment -->", SkipReason.EndedInProlog },
        { "<!-- open <head>", SkipReason.EndedInProlog },
        { "<!doctype html>", SkipReason.EndedInProlog },
        { "<!doctype html><hea", SkipReason.EndedInProlog },
        { "<!doctype html></", SkipReason.EndedInProlog },
        { "<!doctype html><", SkipReason.EndedInProlog },
        { "<head a=\">", SkipReason.EndedInProlog },
        { "\0<head>", SkipReason.ControlByte },
        { "<\0h\0e\0", SkipReason.ControlByte },
        { "<!-- \u001B$B --><head>", SkipReason.ControlByte },
        { "<html a=\"\0\"><head>", SkipReason.ControlByte },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void The_tag_is_inserted_at_the_earliest_place_in_the_head(string marked)
    {
        int bar = marked.IndexOf('|', StringComparison.Ordinal);
        byte[] page = Encoding.UTF8.GetBytes(marked.Remove(bar, 1));

        Injection injection = Injection.Run(page);

        Assert.Equal(InsertionPoint.Insert(Encoding.UTF8.GetByteCount(marked[..bar])), injection.InsertionPoint);
    }

    [Theory]
    [MemberData(nameof(NoDocuments))]
    public void Content_that_is_not_an_HTML_document_is_left_unchanged(string page, SkipReason reason) =>
        Assert.Equal(InsertionPoint.Refuse(reason), Injection.Run(Encoding.UTF8.GetBytes(page)).InsertionPoint);

    [Theory]
    [InlineData("|<p>hello")]
    [InlineData("<!-- row -->|<td>1</td>")]
    [InlineData("|<br />\n<b>Warning</b>")]
    [InlineData("|</body>")]
    [InlineData("</p>|<x>")]
    [InlineData("|<supercalifragilistic>")]
    public void A_fragment_the_browser_navigated_to_counts_as_a_page(string marked)
    {
        int bar = marked.IndexOf('|', StringComparison.Ordinal);

        Injection injection = Injection.Run(Encoding.UTF8.GetBytes(marked.Remove(bar, 1)), navigated: true);

        Assert.Equal(InsertionPoint.Insert(bar), injection.InsertionPoint);
    }

    /// <summary>Whatever is inserted into XML in another place than a head that is there makes an error of the page.</summary>
    [Theory]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\" \"y\"><!-- a --><html xmlns=\"z\"><head>|<title/>", null)]
    [InlineData("<html xmlns='z'>\n<head a='>'>|", null)]
    [InlineData("<html><head/>|<body/>", null)]
    [InlineData("<html><body>", SkipReason.XhtmlWithoutHead)]
    [InlineData("<html></html>", SkipReason.XhtmlWithoutHead)]
    [InlineData("<title>x</title>", SkipReason.XhtmlWithoutHead)]
    [InlineData("<h:html xmlns:h='z'><h:head>", SkipReason.XhtmlWithoutHead)]
    [InlineData("<!DOCTYPE html [<!ENTITY x \"<head>\">]><html><head>", SkipReason.TextFirst)]
    [InlineData("<!DOCTYPE html [ <!ENTITY a 'b'> <!ENTITY x '<head>'> ]><html><head>", SkipReason.TextFirst)]
    [InlineData("<?x a>b?><html><head>", SkipReason.TextFirst)]
    public void XHTML_gets_the_tag_in_its_own_head_only(string marked, SkipReason? reason)
    {
        int bar = marked.IndexOf('|', StringComparison.Ordinal);

        byte[] page = Encoding.UTF8.GetBytes(marked.Replace("|", "", StringComparison.Ordinal));

        InsertionPoint found = new PrologScanner(navigated: true, isXhtml: true).Scan(page);

        Assert.Equal(reason is { } why ? InsertionPoint.Refuse(why) : InsertionPoint.Insert(bar), found);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("{}")]
    public void Plain_text_gets_no_tag_even_if_navigated_to(string page) =>
        Assert.Equal(
            InsertionPoint.Refuse(SkipReason.TextFirst), Injection.Run(Encoding.UTF8.GetBytes(page), navigated: true).InsertionPoint);

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'<', 0 }, SkipReason.Utf16Mark)]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'<' }, SkipReason.Utf16Mark)]
    [InlineData(new byte[] { 0xFF, (byte)'<' }, SkipReason.TextFirst)]
    [InlineData(new byte[] { 0xEF, 0xBB, (byte)'<' }, SkipReason.TextFirst)]
    [InlineData(new byte[] { 0xEF, (byte)'<' }, SkipReason.TextFirst)]
    public void A_page_with_a_UTF_16_or_broken_byte_order_mark_is_left_unchanged(byte[] page, SkipReason reason) =>
        Assert.Equal(InsertionPoint.Refuse(reason), Injection.Run(page).InsertionPoint);

    [Theory]
    [InlineData(PrologScanner.Limit - 6, true)]
    [InlineData(PrologScanner.Limit - 5, false)]
    public void A_prolog_longer_than_the_limit_gets_no_tag(int spaces, bool isInTime)
    {
        byte[] page = Encoding.ASCII.GetBytes(new string(' ', spaces) + "<head>");

        InsertionPoint expected = isInTime ? InsertionPoint.Insert(page.Length) : InsertionPoint.Refuse(SkipReason.PrologTooLong);

        Assert.Equal(expected, Injection.Run(page).InsertionPoint);
    }
}

using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace ProxyGuard.Core.Tests.Html;

/// <summary>
/// What an independent parser makes of a page. Of a processing instruction it makes a comment, which changes nothing here.
/// </summary>
internal static class ParsedTree
{
    /// <summary>The tagged page is the same tree, in the same mode, but for one empty script at the head's start.</summary>
    public static bool IsSame(byte[] page, byte[] tagged) => Describe(page, isTagged: false) == Describe(tagged, isTagged: true);

    private static string Describe(byte[] page, bool isTagged)
    {
        // A mark is not text; a parser that is given text instead of bytes would take it for some.
        string text = Encoding.UTF8.GetString(page).TrimStart('\uFEFF');
        using IHtmlDocument document = new HtmlParser().ParseDocument(text);
        if (isTagged)
        {
            IElement script = document.Scripts.First(script => script.Source == "/_proxyguard/b.js?v=0123456789ab");
            Assert.Equal("HEAD", script.ParentElement?.TagName);
            Assert.True(script.PreviousElementSibling is null && script.TextContent.Length == 0);
            script.Remove();
        }

        StringBuilder tree = new($"{document.CompatMode}\n");
        Append(tree, document, 0);
        return tree.ToString();
    }

    private static void Append(StringBuilder tree, INode node, int depth)
    {
        tree.Append(' ', depth).Append($"{node.NodeType} {node.NodeName} ").Append(node is IElement ? "" : node.NodeValue);
        if (node is IDocumentType type)
            tree.Append(type.PublicIdentifier).Append('|').Append(type.SystemIdentifier);
        if (node is IElement element)
            tree.Append(element.NamespaceUri).AppendJoin(' ', element.Attributes.Select(a => $"{a.NamespaceUri}:{a.Name}={a.Value}"));

        tree.Append('\n');
        foreach (INode child in node.ChildNodes)
            Append(tree, child, depth + 1);
        if (node is IHtmlTemplateElement template)
            Append(tree, template.Content, depth + 1);
    }
}

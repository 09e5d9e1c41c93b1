using System.Text;

namespace ProxyGuard.Tests.Routing.Requests.Judge;

/// <summary>A form with "action=logout" in it, as browsers send it or changed by what strangers try; each number is one, for ever.</summary>
/// <param name="Body">One character for each byte.</param>
internal sealed record MutatedForm(string Target, string Cookies, string ContentType, string Body)
{
    private const string Boundary = "----WebKitFormBoundaryAbc123";

    private static readonly string[] Names =
    [
        "action", "Action", "action[]", "action[x]", "action%5B%5D", "%61ction", "action%00", "action%00x", " action", "+action", ".action",
        "action ", "_method", ".method", "action=", "a%63tion", "acti\u00f6n", "action%E2%80%8B", "x[action]", "action.", "action%20",
    ];

    private static readonly string[] Values =
        ["logout", "delete", "logout%00", "log%6Fut", "logout ", "+logout", "", "logout%20", "\u00ff", "%ZZ", "logout&action=delete", "Logout"];

    private static readonly string[] Separators = ["&", "&", "&", "&", ";", "&&", "%26", "\n", "\r\n", "&amp;"];

    private static readonly string[] Fragments =
    [
        "\r\n", "\n", "--", $"--{Boundary}", $"\r\n--{Boundary}\r\n", $"\n--{Boundary}\n", $"\r\n--{Boundary}--\r\n", "\"", "\\", ";", "\0",
        "Content-Disposition: form-data; name=\"action\"\r\n\r\ndelete", "; name=\"action\"", "; filename=\"x\"", "Content-Type: text/plain\r\n",
        "name=action", "\t", " ", "action=delete", "&action=delete", "?action=delete", "%", "+", "X: y\r\n", "=", "[", "]",
    ];

    private static readonly string[] Types =
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8", "APPLICATION/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded, text/plain", "text/plain", "application/json",
        $"multipart/form-data; boundary={Boundary}", $"multipart/form-data;boundary={Boundary}", $"multipart/form-data; boundary=\"{Boundary}\"",
        $"multipart/form-data; boundary={Boundary}; boundary=x", "multipart/form-data; boundary=x", $"multipart/form-data; BOUNDARY={Boundary}",
        $"multipart/form-data; boundary={Boundary}, x",
    ];

    /// <summary>Its header lines, each with its end.</summary>
    public string Fields => $"Content-Type: {ContentType}\r\n{(Cookies.Length == 0 ? "" : $"Cookie: {Cookies}\r\n")}";

    public static MutatedForm Of(int number)
    {
        var random = new Random(number);
        bool isInParts = random.Next(2) == 0;
        var fields = new List<(string Name, string Value)> { ("action", "logout") };
        while (random.Next(3) == 0)
            fields.Insert(random.Next(fields.Count + 1), (Any(random, Names), Any(random, Values)));
        string body = isInParts ? Parts(random, fields) : UrlEncoded(random, fields);
        while (random.Next(3) == 0)
        {
            int at = random.Next(body.Length + 1);
            body = random.Next(3) == 0 && at < body.Length ? body.Remove(at, Math.Min(random.Next(1, 4), body.Length - at))
                : body.Insert(at, Any(random, Fragments));
        }

        string usual = isInParts ? Types[7] : Types[0];
        string target = "/form.php" + (random.Next(6) == 0 ? $"?{Escaped(Any(random, Names))}={Escaped(Any(random, Values))}" : "");
        string cookies = random.Next(8) == 0 ? $"{Escaped(Any(random, Names))}={Escaped(Any(random, Values))}" : "";
        return new(target, cookies, random.Next(5) == 0 ? Any(random, Types) : usual, body);
    }

    private static string UrlEncoded(Random random, List<(string Name, string Value)> fields)
    {
        var body = new StringBuilder();
        foreach ((string name, string value) in fields)
            body.Append(body.Length == 0 ? "" : Any(random, Separators)).Append($"{name}={value}");
        return body.ToString();
    }

    private static string Parts(Random random, List<(string Name, string Value)> fields)
    {
        var body = new StringBuilder();
        foreach ((string name, string value) in fields)
        {
            string file = random.Next(12) == 0 ? "; filename=\"a.txt\"\r\nContent-Type: text/plain" : "";
            body.Append($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n");
        }

        return body.Append($"--{Boundary}--\r\n").ToString();
    }

    // A target and a header hold no space and no line end, and it is the form that is judged.
    private static string Escaped(string text) => string.Concat(text.Select(sign => sign is > ' ' and <= '~' ? sign.ToString() : $"%{(int)sign & 0xFF:X2}"));

    private static string Any(Random random, string[] all) => all[random.Next(all.Length)];
}

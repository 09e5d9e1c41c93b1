using System.Collections.Frozen;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// What a form's field holds, as far as its name tells: a field's type is not sent. Names are taken apart into words, so that neither
/// <c>passage</c> nor <c>discard_reason</c> is taken for a password or a card. Pure.
/// </summary>
public static class FieldNames
{
    // What follows is not looked at: names are made by strangers too.
    private const int MostWords = 16;

    // Words of one secret.
    private const int LongestRun = 3;

    // Whole words, and what two or three words in a row make: card_number, mot_de_passe, one-time-code.
    private static readonly FrozenSet<string> Secrets = FrozenSet.Create(StringComparer.Ordinal,
        // English, and what programs call it
        "pass", "pw", "pwd", "pwds", "pword", "passcode", "passkey", "passphrase", "secret", "secrets", "pin", "pincode", "otp", "totp",
        "mfa", "tan", "nonce", "token", "sid", "auth",
        "userpass", "userpw", "loginpass", "loginpw", "newpass", "newpw", "oldpass", "oldpw", "mypass", "apikey", "privatekey",
        "credential", "credentials",
        "authcode", "onetimecode", "verificationcode", "securitycode", "securityanswer", "backupcode", "recoverycode",
        "sessionid", "sessid", "sesskey", "sessionkey", "sessiontoken", "phpsessid", "jsessionid", "formhash", "formkey", "formtoken",
        "posthash", "authkey", "hashkey",
        "viewstate", "viewstategenerator", "eventvalidation",
        // payment
        "cvc", "cvv", "csc", "iban", "ccnumber", "ccnum", "ccno", "cccvc", "cccvv", "cccsc", "ccexp", "creditcard", "debitcard",
        "cardnumber", "cardnum", "cardno",
        "cardcvc", "cardcvv", "cardcsc", "cardexpiry", "accountnumber", "accountno", "routingnumber", "sortcode", "bankaccount", "ssn",
        "socialsecuritynumber",
        // German
        "kennwort", "geheimzahl", "geheimnummer", "geheimwort", "zugangscode", "sicherheitscode", "freischaltcode", "einmalcode",
        "pruefziffer", "prüfziffer", "kontonummer",
        "kontonr", "kartennummer", "kartennr", "kreditkarte", "kreditkartennummer", "losungswort",
        // French
        "mdp", "motdepasse", "codesecret", "cartebancaire", "numerocarte", "numérocarte", "numerodecarte", "cryptogramme",
        // Spanish, Portuguese, Italian, Catalan
        "clave", "claves", "contrasena", "contraseña", "contrasenya", "contrasenia", "senha", "senhas", "palavrapasse", "codicesegreto",
        "numerotarjeta", "numerodetarjeta", "numerocartao", "numeroconto",
        // Dutch, Nordic
        "wachtwoord", "ww", "rekeningnummer", "losenord", "lösenord", "adgangskode", "kodeord", "passord", "kortnummer", "salasana",
        // Central and eastern Europe, Turkish, Greek
        "haslo", "hasło", "heslo", "jelszo", "jelszó", "lozinka", "zaporka", "geslo", "parola", "sifra", "šifra", "sifre", "şifre", "parol",
        "пароль", "пин", "κωδικός", "κωδικος",
        // East Asia
        "パスワード", "暗証番号", "密码", "密碼", "비밀번호");

    // Long enough to mean nothing else wherever they stand: userpassword, csrfmiddlewaretoken, wpEditToken.
    private static readonly string[] Anywhere =
    [
        "password", "passwort", "passwd", "kennwort", "wachtwoord", "motdepasse", "csrf", "xsrf", "captcha", "token", "wpnonce",
        "authenticity",
    ];

    // What looks like one of them and is not.
    private static readonly FrozenSet<string> Harmless = FrozenSet.Create(
        StringComparer.Ordinal, "palabraclave", "palabrasclave", "palabrasclaves", "parolachiave", "presspass");

    /// <summary>Whether it looks like a password, a token, a payment detail: something that is not shown again.</summary>
    public static bool IsSecret(string name)
    {
        List<string> words = WordsOf(name);
        string[] runs =
        [
            .. from first in Enumerable.Range(0, words.Count)
               from count in Enumerable.Range(1, Math.Min(LongestRun, words.Count - first))
               select string.Concat(words.Skip(first).Take(count)),
        ];
        bool hasStem = words.Any(word => Anywhere.Any(stem => word.Contains(stem, StringComparison.Ordinal)));
        return !runs.Any(Harmless.Contains) && (hasStem || runs.Any(Secrets.Contains));
    }

    /// <summary>In lower case; between them stands whatever is no letter, or a capital begins: <c>user[PINCode_2]</c> is user, pin and
    /// code.</summary>
    private static List<string> WordsOf(string name)
    {
        var words = new List<string>();
        int start = 0;
        for (int index = 0; index <= name.Length && words.Count < MostWords; index++)
        {
            bool ends = index == name.Length || !char.IsLetter(name[index]) && !char.IsSurrogate(name[index]);
            if (!ends && !BeginsWord(name, index))
                continue;
            if (index > start)
                words.Add(name[start..index].ToLowerInvariant());
            start = ends ? index + 1 : index;
        }

        return words;
    }

    // After a small letter, and the last of several capitals when a small one follows.
    private static bool BeginsWord(string name, int index) =>
        index > 0 && char.IsUpper(name[index])
        && (char.IsLower(name[index - 1]) || char.IsUpper(name[index - 1]) && index + 1 < name.Length && char.IsLower(name[index + 1]));
}

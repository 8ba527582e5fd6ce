using System.Text.Encodings.Web;
using System.Text.Unicode;
using Lab.Model;

namespace Lab.Dashboard.Looks;

/// <summary>
/// Encodes text and attributes of the pages that the server draws, with the escapes of <see cref="VisibleText"/>. What changes on a
/// page later comes past no encoder: <c>lab.js</c> does the same there.
/// </summary>
internal sealed class VisibleHtml : HtmlEncoder
{
    private static readonly HtmlEncoder Inner = Create(UnicodeRanges.All);

    public override int MaxOutputCharactersPerInputCharacter => Inner.MaxOutputCharactersPerInputCharacter;

    public override string Encode(string value) => Inner.Encode(VisibleText.Of(value));

    public override void Encode(TextWriter output, string value, int startIndex, int characterCount) =>
        Inner.Encode(output, VisibleText.Of(value.Substring(startIndex, characterCount)));

    public override void Encode(TextWriter output, char[] value, int startIndex, int characterCount) =>
        Inner.Encode(output, VisibleText.Of(new string(value, startIndex, characterCount)));

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength) => Inner.FindFirstCharacterToEncode(text, textLength);

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        Inner.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);

    public override bool WillEncode(int unicodeScalar) => Inner.WillEncode(unicodeScalar);
}

using System.Collections.Frozen;

namespace Lab.BootServer.Http;

/// <summary>
/// Types by file extension: Go's own and those that Debian's shared-mime-info gives a Go server. A fixed table, so that an answer
/// does not depend on what else the machine has installed.
/// </summary>
internal static class MediaTypes
{
    public const string PlainText = "text/plain; charset=utf-8";
    public const string OctetStream = "application/octet-stream";

    private static readonly FrozenDictionary<string, string> ByExtension = new Dictionary<string, string>
    {
        [".7z"] = "application/x-7z-compressed",
        [".a"] = "application/x-archive",
        [".apk"] = "application/vnd.android.package-archive",
        [".asc"] = "text/plain; charset=utf-8",
        [".atom"] = "application/atom+xml",
        [".avif"] = "image/avif",
        [".bmp"] = "image/bmp",
        [".bz2"] = "application/x-bzip",
        [".c"] = "text/x-csrc; charset=utf-8",
        [".cer"] = "application/pkix-cert",
        [".cpio"] = "application/x-cpio",
        [".cpp"] = "text/x-c++src; charset=utf-8",
        [".crt"] = "application/x-x509-ca-cert",
        [".css"] = "text/css; charset=utf-8",
        [".csv"] = "text/csv; charset=utf-8",
        [".deb"] = "application/vnd.debian.binary-package",
        [".der"] = "application/x-x509-ca-cert",
        [".desktop"] = "application/x-desktop",
        [".diff"] = "text/x-patch; charset=utf-8",
        [".doc"] = "application/msword",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".eps"] = "image/x-eps",
        [".exe"] = "application/x-ms-dos-executable",
        [".fd"] = "application/x-raw-floppy-disk-image",
        [".gif"] = "image/gif",
        [".go"] = "text/x-go; charset=utf-8",
        [".gpg"] = "application/pgp-encrypted",
        [".gz"] = "application/gzip",
        [".h"] = "text/x-chdr; charset=utf-8",
        [".htm"] = "text/html; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".ico"] = "image/vnd.microsoft.icon",
        [".ics"] = "text/calendar; charset=utf-8",
        [".img"] = "application/x-raw-disk-image",
        [".iso"] = "application/x-cd-image",
        [".iso9660"] = "application/x-cd-image",
        [".java"] = "text/x-java; charset=utf-8",
        [".jpeg"] = "image/jpeg",
        [".jpg"] = "image/jpeg",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".jsonld"] = "application/ld+json",
        [".key"] = "application/vnd.apple.keynote",
        [".log"] = "text/x-log; charset=utf-8",
        [".lua"] = "text/x-lua; charset=utf-8",
        [".lz"] = "application/x-lzip",
        [".lz4"] = "application/x-lz4",
        [".lzma"] = "application/x-lzma",
        [".m3u"] = "audio/x-mpegurl",
        [".md"] = "text/markdown; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".mo"] = "application/x-gettext-translation",
        [".mount"] = "text/x-systemd-unit; charset=utf-8",
        [".mp3"] = "audio/mpeg",
        [".mp4"] = "video/mp4",
        [".o"] = "application/x-object",
        [".ods"] = "application/vnd.oasis.opendocument.spreadsheet",
        [".odt"] = "application/vnd.oasis.opendocument.text",
        [".ogg"] = "audio/ogg",
        [".otf"] = "application/vnd.oasis.opendocument.formula-template",
        [".ova"] = "application/ovf",
        [".p12"] = "application/pkcs12",
        [".p7b"] = "application/x-pkcs7-certificates",
        [".patch"] = "text/x-patch; charset=utf-8",
        [".pdf"] = "application/pdf",
        [".pem"] = "application/x-x509-ca-cert",
        [".pgp"] = "application/pgp-encrypted",
        [".php"] = "application/x-php",
        [".pl"] = "application/x-perl",
        [".png"] = "image/png",
        [".po"] = "text/x-gettext-translation; charset=utf-8",
        [".ps"] = "application/postscript",
        [".pub"] = "application/vnd.ms-publisher",
        [".py"] = "text/x-python; charset=utf-8",
        [".qcow"] = "application/x-qemu-disk",
        [".qcow2"] = "application/x-qemu-disk",
        [".rar"] = "application/vnd.rar",
        [".raw"] = "image/x-panasonic-rw",
        [".rb"] = "application/x-ruby",
        [".rpm"] = "application/x-rpm",
        [".rs"] = "text/rust; charset=utf-8",
        [".rss"] = "application/rss+xml",
        [".rtf"] = "application/rtf",
        [".service"] = "text/x-dbus-service; charset=utf-8",
        [".sh"] = "application/x-shellscript",
        [".sig"] = "application/pgp-signature",
        [".so"] = "application/x-sharedlib",
        [".socket"] = "text/x-systemd-unit; charset=utf-8",
        [".sql"] = "application/sql",
        [".sqsh"] = "application/vnd.squashfs",
        [".svg"] = "image/svg+xml",
        [".tar"] = "application/x-tar",
        [".tbz2"] = "application/x-bzip-compressed-tar",
        [".tex"] = "text/x-tex; charset=utf-8",
        [".tgz"] = "application/x-compressed-tar",
        [".tif"] = "image/tiff",
        [".tiff"] = "image/tiff",
        [".timer"] = "text/x-systemd-unit; charset=utf-8",
        [".toml"] = "application/toml",
        [".torrent"] = "application/x-bittorrent",
        [".ts"] = "text/vnd.trolltech.linguist; charset=utf-8",
        [".tsv"] = "text/tab-separated-values; charset=utf-8",
        [".ttf"] = "font/ttf",
        [".txt"] = "text/plain; charset=utf-8",
        [".txz"] = "application/x-xz-compressed-tar",
        [".tzst"] = "application/x-zstd-compressed-tar",
        [".uue"] = "text/x-uuencode; charset=utf-8",
        [".vcf"] = "text/vcard; charset=utf-8",
        [".vdi"] = "application/x-vdi-disk",
        [".vhd"] = "text/x-vhdl; charset=utf-8",
        [".vhdx"] = "application/x-vhdx-disk",
        [".vmdk"] = "application/x-vmdk-disk",
        [".wasm"] = "application/wasm",
        [".wav"] = "audio/x-wav",
        [".webm"] = "video/webm",
        [".webp"] = "image/webp",
        [".woff"] = "font/woff",
        [".woff2"] = "font/woff2",
        [".xhtml"] = "application/xhtml+xml",
        [".xls"] = "application/vnd.ms-excel",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".xml"] = "text/xml; charset=utf-8",
        [".xsd"] = "application/xml",
        [".xsl"] = "application/xslt+xml",
        [".xz"] = "application/x-xz",
        [".yaml"] = "application/x-yaml",
        [".yml"] = "application/x-yaml",
        [".zip"] = "application/zip",
        [".zst"] = "application/zstd",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The type of the part of the name from its last dot on, also in lower case; null when there is none for it.</summary>
    public static string? Of(string name)
    {
        var dot = name.LastIndexOf('.');
        if (dot < 0)
        {
            return null;
        }

        var extension = name[dot..];
        return ByExtension.TryGetValue(extension, out var type) || ByExtension.TryGetValue(extension.ToLowerInvariant(), out type)
            ? type
            : null;
    }
}

using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Amazon.EC2.Model;
using Amazon.Runtime;

namespace Lab.Deployment.Resources;

/// <summary>
/// The content of a launch template. A description and a request use different types with the same property names; the copy goes by
/// name, so that what an existing template had is kept whole, whatever it is.
/// </summary>
internal static class TemplateData
{
    /// <summary>What a description holds, in the form of a request.</summary>
    public static RequestLaunchTemplateData ToRequest(ResponseLaunchTemplateData data) =>
        (RequestLaunchTemplateData)Copy(data, typeof(RequestLaunchTemplateData))!;

    /// <summary>A copy that shares nothing.</summary>
    public static RequestLaunchTemplateData Clone(RequestLaunchTemplateData data) => (RequestLaunchTemplateData)Copy(data, typeof(RequestLaunchTemplateData))!;

    /// <summary>All values by their path: <c>NetworkInterfaces[0].SubnetId</c>. User data shows as its digest and length.</summary>
    public static Fields Flatten(RequestLaunchTemplateData data)
    {
        var fields = new Fields();
        Flatten(data, "", fields);
        return fields;
    }

    private static object? Copy(object? source, Type type)
    {
        switch (source)
        {
            case null:
                return null;
            case IList { Count: 0 }:
                return null;
            case IList list:
                var copy = (IList)Activator.CreateInstance(type)!;
                foreach (var item in list)
                {
                    copy.Add(Copy(item, type.GetGenericArguments()[0]));
                }

                return copy;
        }

        if (source is string or ConstantClass or ValueType)
        {
            return source;
        }

        var target = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(property => property.CanWrite))
        {
            if (source.GetType().GetProperty(property.Name)?.GetValue(source) is { } value)
            {
                property.SetValue(target, Copy(value, property.PropertyType));
            }
        }

        return target;
    }

    private static void Flatten(object? value, string path, Fields fields)
    {
        switch (value)
        {
            case null:
                break;
            case string text when path == "UserData":
                fields[path] = Digest(text);
                break;
            case string or ConstantClass or ValueType:
                fields[path] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
                break;
            case List<Tag> tags:
                tags.ForEach(tag => fields[$"{path}.{tag.Key}"] = tag.Value ?? "");
                break;
            case IList list:
                foreach (var (index, item) in list.Cast<object>().Index())
                {
                    Flatten(item, $"{path}[{index}]", fields);
                }

                break;
            default:
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
                {
                    Flatten(property.GetValue(value), path.Length == 0 ? property.Name : $"{path}.{property.Name}", fields);
                }

                break;
        }
    }

    private static string Digest(string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        return string.Create(CultureInfo.InvariantCulture, $"sha256 {Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}, {bytes.Length} bytes");
    }
}

using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>Takes the kernel and initramfs out of the Talos image. The image is FROM scratch, so nothing in it can run: create and copy.</summary>
public static class ExtractScript
{
    /// <summary>The script, for bash.</summary>
    public static string Render(LabDefinition lab) =>
        $$"""
            #!/bin/bash
            # Fetches what the nodes boot.
            set -euo pipefail
            image={{lab.Pinned(lab.Boot.Image)}}
            assets={{BastionPaths.Matchbox}}/assets
            target=$assets/{{BootImage.TalosOnEc2.AssetFolder}}

            docker pull --quiet "$image"
            digest=$(docker image inspect --format '{{"{{.Id}}"}}' "$image")
            if [ -f "$target/.image" ] && [ "$(cat "$target/.image")" = "$digest" ]; then
              exit 0
            fi
            work=$(mktemp -d "$assets/.extract.XXXXXX")
            container=$(docker create "$image" none)
            trap 'docker rm --force "$container" >/dev/null; rm -rf "$work"' EXIT
            docker cp "$container:/." "$work"
            for file in {{BootImage.TalosOnEc2.Kernel}} {{BootImage.TalosOnEc2.Initrd}}; do
              found=$(find "$work" -type f -name "$file" | head -n 1)
              if [ -z "$found" ]; then
                echo "lab: $image holds no $file" >&2
                exit 1
              fi
              install -D -m 644 "$found" "$target/$file"
            done
            chmod -R u=rwX,go=rX "$assets/talos"
            echo "$digest" > "$target/.image"
            echo "lab: boot assets are in $target"

            """.ReplaceLineEndings("\n");
}

using System.Net;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// What a bastion does at its first boot, and so every day: resolver, address, packages, files, containers, boot assets. For Amazon
/// Linux 2023 (dnf) and Debian or Ubuntu (apt). A second run changes nothing.
/// </summary>
public static class BastionScript
{
    /// <summary>The script, for bash.</summary>
    public static string Render(LabDefinition lab) => string.Join('\n', [Head(lab), .. BastionFiles.Render(lab).Select(Put), Tail(lab)]);

    private static string Head(LabDefinition lab) =>
        $$"""
            #!/bin/bash
            # Sets up the bastion of lab {{lab.Name}}. Made by lab-deploy; changes belong into lab.yaml.
            set -euo pipefail
            export DEBIAN_FRONTEND=noninteractive
            status=0

            # put FILE MODE: the file gets standard input as its content, unless it has it.
            put() {
              local new
              new=$(mktemp)
              cat > "$new"
              cmp -s "$new" "$1" || install -D -m "$2" "$new" "$1"
              rm -f "$new"
            }
            retry() {
              local try
              for try in 1 2 3 4 5; do
                "$@" && return 0
                echo "lab: try $try of '$*' failed" >&2
                sleep "${LAB_RETRY_SECONDS:-10}"
              done
              return 1
            }

            # Pi-hole takes port 53; the bastion itself asks Amazon's name server.
            if command -v resolvectl >/dev/null; then
              before=$(cat /etc/systemd/resolved.conf.d/lab.conf 2>/dev/null || true)
              printf '[Resolve]\nDNS={{DhcpOptionsDefinition.AmazonDns(lab)}}\nDNSStubListener=no\n' | put /etc/systemd/resolved.conf.d/lab.conf 644
              if [ "$before" != "$(cat /etc/systemd/resolved.conf.d/lab.conf)" ]; then
                systemctl restart systemd-resolved
                ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf
              fi
            fi

            # Packages.
            if command -v dnf >/dev/null; then
              command -v docker >/dev/null || retry dnf install -y docker
            elif command -v apt-get >/dev/null; then
              command -v docker >/dev/null || { retry apt-get update && retry apt-get install -y docker.io; }
              command -v aws >/dev/null || retry snap install aws-cli --classic
            else
              echo 'lab: neither dnf nor apt-get: this image is not supported' >&2
              exit 1
            fi
            systemctl is-active --quiet docker || systemctl enable --now docker

            # Files.
            install -d -m 755 {{BastionPaths.Matchbox}} {{BastionPaths.Matchbox}}/{assets,profiles,groups,ignition,generic} {{BastionPaths.Setup}}
            """;

    private static string Put(RenderedFile file) =>
        $"put {file.Path} {(file.Path.EndsWith(".sh", StringComparison.Ordinal) ? "755" : "644")} <<'LAB_FILE'\n{file.Content}LAB_FILE";

    private static string Tail(LabDefinition lab) =>
        $$"""
            [ -s {{BastionPaths.PiHoleEnvironment}} ] || printf '{{PiHole.PasswordVariable}}=%s\n' "$(head -c 24 /dev/urandom | base64 | tr -d '/+=')" | put {{BastionPaths.PiHoleEnvironment}} 600

            # The static address.
            {{BastionPaths.AddressScript}} || { echo 'lab: the bastion has not got its address' >&2; status=1; }

            # Compose comes as an image that holds nothing else.
            plugin=/usr/local/lib/docker/cli-plugins/docker-compose
            if [ ! -x "$plugin" ]; then
              retry docker pull --quiet {{lab.Pinned(ContainerImages.ComposePlugin)}}
              container=$(docker create {{lab.Pinned(ContainerImages.ComposePlugin)}} none)
              install -d -m 755 "${plugin%/*}"
              docker cp "$container:/docker-compose" "$plugin"
              docker rm "$container" >/dev/null
              chmod 755 "$plugin"
            fi
            {{Translate(lab)}}# Boot assets and containers: one must not keep the other from coming up.
            retry {{BastionPaths.ExtractScript}} || { echo 'lab: no boot assets: nodes cannot boot yet' >&2; status=1; }
            retry docker compose --file {{BastionPaths.Compose}} up --detach --quiet-pull || { echo 'lab: not all containers are up' >&2; status=1; }
            exit "$status"

            """;

    private static IEnumerable<string> Rules(IPNetwork subnet) =>
        [
            $"rule nat POSTROUTING -s {subnet} -o \"$way_out\" -j MASQUERADE",
            $"rule filter DOCKER-USER -s {subnet} -j ACCEPT",
            $"rule filter DOCKER-USER -d {subnet} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        ];

    /// <summary>With the egress design <see cref="Egress.Bastion"/> the bastion translates addresses for the nodes.</summary>
    private static string Translate(LabDefinition lab) =>
        lab.Network.Egress != Egress.Bastion
            ? ""
            : $$"""
                # The nodes' way out. Docker drops what is forwarded, except what this chain lets through.
                printf 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 2\n' | put /etc/sysctl.d/90-lab.conf 644
                sysctl -q -p /etc/sysctl.d/90-lab.conf
                rule() { iptables -t "$1" -C "${@:2}" 2>/dev/null || iptables -t "$1" -I "${@:2}"; }
                way_out=$(ip -o route show default | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") { print $(i + 1); exit } }')
                {{string.Join('\n', lab.PrivateSubnets.SelectMany(Rules))}}


                """;
}

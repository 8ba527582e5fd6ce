using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>
/// Attaches the interface with the static address to the bastion that runs it, and routes by source, because two interfaces in one
/// subnet would otherwise answer through the wrong one. Does nothing when all is done.
/// </summary>
public static class AddressScript
{
    private const int RoutingTable = 113;

    /// <summary>The script, for bash.</summary>
    public static string Render(LabDefinition lab) =>
        $$"""
            #!/bin/bash
            # Takes the static address of lab {{lab.Name}}'s bastion.
            set -euo pipefail
            address={{lab.Bastion.Address}}
            subnet={{lab.Network.PrivateSubnet}}
            gateway={{lab.Network.PrivateSubnet.BaseAddress.Plus(1)}}
            table={{RoutingTable}}
            export AWS_DEFAULT_REGION={{lab.Region}} AWS_USE_DUALSTACK_ENDPOINT=true
            metadata=http://169.254.169.254/latest

            retry() {
              local try
              for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
                "$@" && return 0
                echo "lab: try $try of '$1' failed" >&2
                sleep "${LAB_RETRY_SECONDS:-10}"
              done
              return 1
            }
            find_interface() {
              read -r interface mac attachment owner < <(aws ec2 describe-network-interfaces --output text \
                --filters 'Name=tag:{{Tags.Lab}},Values={{lab.Name}}' 'Name=tag:{{Tags.Id}},Values={{Tags.BastionInterface}}' \
                --query 'NetworkInterfaces[0].[NetworkInterfaceId,MacAddress,Attachment.AttachmentId,Attachment.InstanceId]')
              [ -n "$interface" ] && [ "$interface" != None ]
            }
            attach() {
              find_interface || return 1
              [ "$owner" = "$instance" ] && return 0
              if [ "$attachment" != None ]; then
                aws ec2 detach-network-interface --force --attachment-id "$attachment" || true
                return 1
              fi
              aws ec2 attach-network-interface --device-index 1 --network-interface-id "$interface" --instance-id "$instance"
            }
            find_device() {
              device=$(ip -o link | awk -F': ' -v mac="$mac" 'index($0, mac) { sub(/@.*/, "", $2); print $2; exit }')
              [ -n "$device" ]
            }

            token=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/api/token")
            instance=$(curl -fsS -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/instance-id")
            retry attach
            retry find_device
            ip link set "$device" up
            ip address replace "$address/${subnet#*/}" dev "$device"
            ip route replace "$subnet" dev "$device" src "$address" table "$table"
            ip route replace default via "$gateway" dev "$device" table "$table"
            ip rule show | grep -q "from $address lookup $table" || ip rule add from "$address" lookup "$table"
            echo "lab: $address is on $device ($interface)"

            """.ReplaceLineEndings("\n");
}

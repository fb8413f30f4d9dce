# The lab's network: a switch, hosts plugged into it, and routers of each class of NAT. Sourced by lab.

make_internet() {
    ip netns add inet
    ip -n inet link set lo up
    ip -n inet link add br0 type bridge
    ip -n inet link set br0 up
}

# plug NAMESPACE INTERFACE: a cable from the switch.
plug() {
    ip link add "p-$1" netns inet type veth peer name "$2" netns "$1"
    ip -n inet link set "p-$1" master br0 up
    ip -n "$1" link set "$2" up
}

# add_host NAME ADDRESS/BITS...
add_host() {
    local name=$1
    ip netns add "$name"
    ip -n "$name" link set lo up
    plug "$name" wan
    shift
    for address in "$@"; do ip -n "$name" addr add "$address" dev wan; done
}

# add_site SIDE NUMBER NAT: a router with 203.0.113.NUMBER, and behind it host-SIDE with 10.NUMBER.0.2.
add_site() {
    if [ "$3" = none ]; then
        add_host "host-$1" "203.0.113.$2/24"
        return
    fi
    add_host "router-$1" "203.0.113.$2/24"
    ip netns add "host-$1"
    ip -n "host-$1" link set lo up
    ip link add lan netns "router-$1" type veth peer name eth0 netns "host-$1"
    ip -n "router-$1" addr add "10.$2.0.1/24" dev lan
    ip -n "router-$1" link set lan up
    ip -n "host-$1" addr add "10.$2.0.2/24" dev eth0
    ip -n "host-$1" link set eth0 up
    ip -n "host-$1" route add default via "10.$2.0.1"
    ip netns exec "router-$1" sysctl -qw net.ipv4.ip_forward=1
    nat_rules "$3" "203.0.113.$2" | sed 's/} }$/}\n}/' | ip netns exec "router-$1" nft -f -
}

# nat_rules CLASS ADDRESS: what makes a router one of that class. Each drops what strangers send to the router itself, as
# home routers do: without that, an early packet of the peer takes the port that the host behind is about to use.
nat_rules() {
    local wan=$2
    echo 'table ip guard { chain input { type filter hook input priority 0; policy accept;
        iifname "wan" ct state established,related accept
        iifname "wan" drop
    } }'
    case $1 in
        full-cone | restricted | port-restricted) cone "$wan" ;;
        masquerade | blocked) leaving 'oifname "wan" masquerade' ;;
        address-dependent) leaving "oifname \"wan\" meta l4proto udp snat to $wan : jhash ip saddr . udp sport . ip daddr mod 20000 seed 7 offset 30000
        oifname \"wan\" snat to $wan" ;;
        symmetric) leaving 'oifname "wan" meta l4proto udp masquerade fully-random
        oifname "wan" masquerade' ;;
        *)
            echo "lab: no such NAT: $1" >&2
            exit 64
            ;;
    esac
    case $1 in
        full-cone) ;;
        restricted) echo 'table ip filter { set asked { type ipv4_addr . inet_service . ipv4_addr; flags dynamic,timeout; timeout 60s; }
            chain forward { type filter hook forward priority 0; policy accept;
            oifname "wan" meta l4proto udp update @asked { ip saddr . udp sport . ip daddr timeout 60s } accept
            iifname "wan" ct state established,related accept
            iifname "wan" meta l4proto udp ip daddr . udp dport . ip saddr @asked accept
            iifname "wan" drop
        } }' ;;
        blocked) echo 'table ip filter { chain forward { type filter hook forward priority 0; policy accept;
            meta l4proto udp drop
        } }' ;;
        *) echo 'table ip filter { chain forward { type filter hook forward priority 0; policy accept;
            iifname "wan" ct state established,related accept
            iifname "wan" drop
        } }' ;;
    esac
}

leaving() {
    echo "table ip nat { chain leaving { type nat hook postrouting priority srcnat;
        $1
    } }"
}

cone() {
    echo "table ip nat { map mappings { type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout 60s; }
        chain arriving { type nat hook prerouting priority dstnat;
        iifname \"wan\" meta l4proto udp dnat ip to udp dport map @mappings
        }
        chain leaving { type nat hook postrouting priority srcnat;
        oifname \"wan\" meta l4proto udp update @mappings { udp sport timeout 60s : ip saddr . udp sport }
        oifname \"wan\" snat to $1
    } }"
}

# start_wireguard SIDE ADDRESS OTHER ADDRESS: interface wg-SIDE in host-SIDE, and its wg-quick file.
start_wireguard() {
    cat >"/run/lab/wg-$1.conf" <<CONF
[Interface]
PrivateKey = $(cat "/run/lab/$1.key")
ListenPort = 51820
Address = $2/24
[Peer]
PublicKey = $(cat "/run/lab/$3.pub")
AllowedIPs = $4/32
CONF
    WG_PROCESS_FOREGROUND=1 ip netns exec "host-$1" wireguard-go "wg-$1" >"/run/lab/wireguard-$1.log" 2>&1 &
    wait_for "wireguard-go" ip netns exec "host-$1" wg show "wg-$1"
    ip netns exec "host-$1" wg setconf "wg-$1" <(grep -v ^Address "/run/lab/wg-$1.conf")
    ip -n "host-$1" addr add "$2/24" dev "wg-$1"
    ip -n "host-$1" link set "wg-$1" mtu 1420 up
}

# wait_for WHAT COMMAND...: until it succeeds, ten seconds at most.
wait_for() {
    local what=$1
    shift
    for _ in $(seq 100); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "lab: $what did not come up" >&2
    exit 1
}

import { BlockList, isIP, isIPv4 } from 'node:net';

/** How far an address is reachable. A redirect may lead to the same reach or a wider one, never to a narrower one. */
export type Reach = 'public' | 'private' | 'loopback' | 'forbidden';

const RANK: Record<Reach, number> = { public: 0, private: 1, loopback: 2, forbidden: 3 };

const nat64 = list(['64:ff9b::/96']);
const loopback = list(['127.0.0.0/8', '::1/128']);
const privateNets = list([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  // For benchmarks by the book; VPN clients answer with it for every name.
  '198.18.0.0/15',
]);
// Link-local holds the clouds' metadata services; the others are no host's address.
const forbidden = list([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:db8::/32',
  '2002::/16',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

function list(subnets: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const subnet of subnets) {
    const [net = '', bits = ''] = subnet.split('/');
    blocks.addSubnet(net, Number(bits), isIPv4(net) ? 'ipv4' : 'ipv6');
  }
  return blocks;
}

/** The reach of an IP address; of anything else `forbidden`. */
export function reachOf(address: string): Reach {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const version = isIP(bare);
  if (version === 0) return 'forbidden';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (nat64.check(bare, family)) return reachOf(embeddedIpv4(bare));
  if (loopback.check(bare, family)) return 'loopback';
  if (privateNets.check(bare, family)) return 'private';
  if (forbidden.check(bare, family)) return 'forbidden';
  return 'public';
}

/** Networks without IPv4 give every IPv4 address as the end of an IPv6 one. */
function embeddedIpv4(address: string): string {
  const groups = new URL(`http://[${address}]`).hostname.replace(/^\[|\]$/g, '').split(':');
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The narrowest reach of several addresses. */
export function narrowest(addresses: readonly string[]): Reach {
  return addresses
    .map(reachOf)
    .reduce<Reach>((worst, reach) => (RANK[reach] > RANK[worst] ? reach : worst), 'public');
}

/** Whether an upstream of reach `from` may send us to an address of reach `to`. */
export function mayReach(from: Reach, to: Reach): boolean {
  return to !== 'forbidden' && RANK[to] <= (from === 'forbidden' ? RANK.public : RANK[from]);
}

// Listeners in the network's hosts, and whether a host itself reaches an address: what a client must not reach has to be there.
import { isIPv6 } from 'node:net'
import { execa } from 'execa'
import { startProcess } from '../local/process.ts'

/** Milliseconds after which an address counts as not reached. */
export const CONNECT_TIMEOUT = 1_500

/** Whether a TCP connection from a host's own namespace opens. */
export async function hostReaches(namespace: string, host: string, port: number): Promise<boolean> {
  const script = `const s=require('net').connect({host:'${host}',port:${port},timeout:${CONNECT_TIMEOUT}});
    s.on('connect',()=>process.exit(0));s.on('error',()=>process.exit(1));s.on('timeout',()=>process.exit(1))`
  const { exitCode } = await execa('ip', ['netns', 'exec', namespace, 'node', '-e', script], { reject: false })
  return exitCode === 0
}

export type Listener = { stop: () => Promise<void> }

const tcp = (port: number) => `require('net').createServer((s)=>s.end()).listen(${port},'::',up)`
/** Sends back what comes. Bound to one address, since an answer from another would not be taken for one. */
const udp = (address: string, port: number) =>
  `((u)=>{u.on('message',(m,r)=>u.send(m,r.port,r.address));u.bind(${port},'${address}',up)})` +
  `(require('dgram').createSocket('udp${isIPv6(address) ? 6 : 4}'))`

type Ports = { tcp?: readonly number[]; udp?: { addresses: readonly string[]; ports: readonly number[] } }

/** Listeners of a test's own: TCP on every address of a host, UDP on those that are named. */
export async function listen(namespace: string, { tcp: tcpPorts = [], udp: echo }: Ports): Promise<Listener> {
  const echoes = echo?.addresses.flatMap((address) => echo.ports.map((port) => udp(address, port))) ?? []
  const each = [...tcpPorts.map(tcp), ...echoes]
  const script = `let left=${each.length};const up=()=>--left||console.log('up');${each.join(';')}`
  const server = startProcess({ name: 'listener', command: 'node', args: ['-e', script], namespace, log: () => {} })
  await new Promise<void>((done, failed) => {
    server.child.stdout?.once('data', () => done())
    void server.ended.then(() => failed(new Error('the listeners ended: is a port taken?')))
  })
  return { stop: () => server.stop() }
}

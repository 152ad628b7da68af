// Whether the client reaches an address: TCP by a connection that opens, UDP by a packet that comes back.
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'

export function reaches(host: string, port: number, timeout: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout })
    const end = (reached: boolean) => {
      socket.destroy()
      done(reached)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}

export function echoes(host: string, port: number, timeout: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    const timer = setTimeout(() => end(false), timeout)
    const end = (came: boolean) => {
      clearTimeout(timer)
      socket.close()
      done(came)
    }
    socket.once('message', () => end(true))
    socket.once('error', () => end(false))
    socket.send('x4pn', port, host)
  })
}

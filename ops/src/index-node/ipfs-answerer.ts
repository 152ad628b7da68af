// What graph-node asks of IPFS when it starts, answered locally: the public default hangs without the internet, and the
// subgraph is read from disk anyway.
import { createServer } from 'node:http'

export type IpfsAnswerer = { url: string; stop: () => Promise<void> }

export async function startIpfsAnswerer(port: number): Promise<IpfsAnswerer> {
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    const isGatewayProbe = method === 'HEAD' && url.startsWith('/ipfs/')
    const isRpcProbe = method === 'POST' && url.startsWith('/api/v0/version')
    response.writeHead(isGatewayProbe || isRpcProbe ? 200 : 404).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

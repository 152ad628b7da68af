// The server that clients want to reach, run inside the network's middle: hands out bytes, takes bytes, says who called.
// Usage: internet-server.ts <port>
import { createServer } from 'node:http'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const chunk = Buffer.alloc(64 * 1024, 'x4pn')

function* bytes(count: number): Generator<Buffer> {
  for (let left = count; left > 0; left -= chunk.length) yield left < chunk.length ? chunk.subarray(0, left) : chunk
}

const server = createServer(async (request, response) => {
  const [, what, argument] = (request.url ?? '').split('/')
  try {
    if (what === 'down') {
      response.setHeader('content-length', Number(argument))
      await pipeline(Readable.from(bytes(Number(argument))), response)
    } else if (what === 'up') {
      let taken = 0
      const count = new Writable({
        write(data: Buffer, _, next) {
          taken += data.length
          next()
        },
      })
      await pipeline(request, count)
      response.end(JSON.stringify({ taken }))
    } else {
      response.end(JSON.stringify({ caller: request.socket.remoteAddress?.replace(/^::ffff:/, '') }))
    }
  } catch {
    // The caller went away; there is nobody to tell.
  }
})
server.requestTimeout = 0
server.listen(Number(process.argv[2]), '::')

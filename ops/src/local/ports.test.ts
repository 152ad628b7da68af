import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePorts } from './ports.ts'

test('a taken port moves, and no two names get the same one', async () => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '0.0.0.0', done))
  const address = server.address()
  const taken = typeof address === 'object' && address ? address.port : 0
  const ports = await freePorts({ rpc: taken, api: taken, graphql: taken + 1 })
  server.close()
  const numbers = Object.values(ports)
  expect(numbers).not.toContain(taken)
  expect(new Set(numbers).size).toBe(3)
})

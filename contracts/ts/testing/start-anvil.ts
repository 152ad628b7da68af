// Starts anvil on a free port, for tests that need a real chain.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

export type Anvil = { url: string; stop: () => void }

/** The binary itself: npm's wrapper around it does not always pass on a signal. */
const binary = fileURLToPath(new URL('../../../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil', import.meta.url))

/** Else anvil writes the whole state after each block into the home folder, gigabytes an hour, and may leave them there. */
export const IN_MEMORY = ['--prune-history', '500']

export async function startAnvil(): Promise<Anvil> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(binary, ['--port', String(port), '--silent', ...IN_MEMORY], { stdio: 'ignore' })
  let failure: Error | undefined
  child.on('error', (error) => {
    failure = error
  })
  for (let attempt = 0; attempt < 100; attempt++) {
    if (failure) throw failure
    if (await answers(url)) return { url, stop: () => child.kill() }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill()
  throw new Error(`anvil did not answer at ${url} within 10 seconds`)
}

async function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body }).then(
    (response) => response.ok,
    () => false,
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port)
        else reject(new Error('the system gave no port'))
      })
    })
  })
}

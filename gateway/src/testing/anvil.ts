// Starts anvil on a free port.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'

const BINARY = fileURLToPath(new URL('../../../node_modules/.bin/anvil', import.meta.url))

export async function startAnvil(): Promise<{ url: string; stop: () => void }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(BINARY, ['--port', String(port), '--silent'], { stdio: 'ignore' })
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await Promise.race([answers(url), failed])) return { url, stop: () => child.kill() }
    await new Promise((next) => setTimeout(next, 50))
  }
  child.kill()
  throw new Error(`anvil did not answer at ${url} within 10 seconds`)
}

function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then(
    ({ ok }) => ok,
    () => false,
  )
}

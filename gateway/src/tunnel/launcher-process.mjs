// The small process in which the tunnel's programs are started: launcher.ts says why, and sends a `Job` for each. Plain
// JavaScript, since taking the types away takes more memory than all the rest. It ends with the gateway.
import { execFile } from 'node:child_process'

process.on('message', (job) => {
  try {
    start(job)
  } catch (error) {
    // Too many arguments, or no memory.
    process.send?.({ id: job.id, error: error.message })
  }
})
process.on('disconnect', () => process.exit())

function start({ id, program, args, input, patience }) {
  const options = { timeout: patience, killSignal: 'SIGKILL', maxBuffer: 2 ** 28 }
  const child = execFile(program, args, options, (error, stdout, stderr) => {
    process.send?.(error ? { id, error: reasonOf(error, stderr, patience) } : { id, stdout })
  })
  // A program that ends early does not read on; it says why on standard error.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
}

function reasonOf(error, stderr, patience) {
  if (error.killed) return `it has not ended within ${patience} ms`
  return stderr.trim() || (typeof error.code === 'number' ? `exit code ${error.code}` : error.message)
}

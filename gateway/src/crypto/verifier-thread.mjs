// The thread of `verifier.ts`: of each message, which is a row of jobs, whether each key signed, a byte for each. Plain
// JavaScript, since taking the types away takes more memory than all the rest.
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'

const { ecdsaVerify } = createRequire(import.meta.url)('secp256k1/bindings.js')

const [HASH, SIGNATURE, PUBLIC_KEY] = [32, 64, 65]
const JOB = HASH + SIGNATURE + PUBLIC_KEY

parentPort.on('message', (jobs) => {
  const valid = new Uint8Array(jobs.length / JOB)
  for (let index = 0; index < valid.length; index++) {
    if (isSigned(jobs.subarray(index * JOB, (index + 1) * JOB))) valid[index] = 1
  }
  parentPort.postMessage(valid)
})

function isSigned(job) {
  const signature = job.subarray(HASH, HASH + SIGNATURE)
  try {
    return ecdsaVerify(signature, job.subarray(0, HASH), job.subarray(HASH + SIGNATURE))
  } catch {
    // Not a number below the curve's order, or not a point of the curve.
    return false
  }
}

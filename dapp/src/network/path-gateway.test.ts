import { expect, test } from 'vitest'
import { isPathGateway, ownAddress } from './path-gateway.ts'

const cid = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'

test.each([
  [`/ipfs/${cid}/`, true],
  ['/ipns/x4pn.example/', true],
  ['/', false],
  ['/index.html', false],
])('%s shares its origin with others: %s', (path, shared) => {
  expect(isPathGateway(path)).toBe(shared)
})

test.each([
  [`https://gateway.example/ipfs/${cid}/#/nodes`, `https://${cid}.ipfs.gateway.example/#/nodes`],
  [`http://127.0.0.1:8080/ipfs/${cid}/`, `http://${cid}.ipfs.localhost:8080/`],
  [`http://192.0.2.1:8080/ipfs/${cid}/`, undefined],
  [`http://[::1]:8080/ipfs/${cid}/`, undefined],
  [`https://${cid}.ipfs.gateway.example/`, undefined],
])('%s has an address of its own: %s', (page, own) => {
  expect(ownAddress(new URL(page))).toBe(own)
})

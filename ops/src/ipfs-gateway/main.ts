// An IPFS gateway for one site, as its own program, so that it can run on any host of the local network.
// Usage: main.ts <file.car> <port> <where a visit to the gateway itself leads>
import { createSiteServer } from './server.ts'
import { readSite } from './site.ts'

const [car = '', port = '', home = ''] = process.argv.slice(2)
const site = await readSite(car)
createSiteServer(site, home).listen(Number(port), '127.0.0.1', () => process.send?.('ready'))

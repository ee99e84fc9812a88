/**
 * The page on which the API's description is read. It loads nothing from elsewhere.
 *
 * @module
 */
import type { Hono } from 'hono'
import { FOR_EVER, SHORT } from './caching.ts'
import { RequestError } from './request-error.ts'
import type { Service } from './service.ts'

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Accord: the API</title>
<link rel="icon" href="assets/favicon-32x32.png">
<link rel="stylesheet" href="assets/swagger-ui.css">
<div id="page"><p>The description itself is <a href="../openapi.json">openapi.json</a>.</p></div>
<script src="assets/swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</html>
`

/** A null validator: the page would ask one elsewhere whether the description is well-formed. */
const START = `SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#page',
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
})
`

/** The page draws its arrows from data URLs. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Adds `/api/`. */
export function addPage(app: Hono, { assets }: Service): void {
  const headers = { 'content-security-policy': POLICY, 'cache-control': SHORT }
  app.get('/api', (c) => c.redirect('/api/'))
  app.get('/api/', (c) => c.html(PAGE, 200, headers))
  app.get('/api/start.js', (c) =>
    c.body(START, 200, { ...headers, 'content-type': 'text/javascript; charset=utf-8' }),
  )
  app.get('/api/assets/:name', (c) => {
    const asset = assets.get(c.req.param('name'))
    if (!asset) throw new RequestError('not-found', 'no such file')
    return c.body(asset.bytes, 200, {
      ...headers,
      'content-type': asset.type,
      'cache-control': FOR_EVER,
    })
  })
}

// Runs code with a client of the official SDK: reads {"url", "authId", "authToken", "code"} and writes {"result"}, or
// {"status", "text"} of what the SDK rejected with, one line each.
const readline = require("node:readline");
const plivo = require("plivo");

const AsyncFunction = (async () => {}).constructor;

async function run({ url, authId, authToken, code }) {
  const client = new plivo.Client(authId, authToken, { url });
  try {
    return { result: await new AsyncFunction("client", code)(client) };
  } catch (error) {
    return { status: error.status ?? null, text: String(error.message ?? error) };
  }
}

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  process.stdout.write(JSON.stringify(await run(JSON.parse(line))) + "\n");
});

// A worker that sends `count` plain requests, `atOnce` at a time, and says when the last is answered.
const http = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');

const { url, count, atOnce } = workerData;
const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
let left = count;
for (let sent = 0; sent < count; sent++) {
  http.get(url, { agent }, (response) => {
    response.resume();
    response.on('end', () => {
      left -= 1;
      if (left === 0) {
        parentPort.postMessage('done');
      }
    });
  });
}

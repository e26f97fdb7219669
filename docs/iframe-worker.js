/* Search in a site that is opened from disk: a browser starts no Worker from file://, so that a frame of the page does
   its work. The page posts messages to it and gets its answers, as with a Worker; nothing is asked of any network. */
if (location.protocol === "file:") {
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.inner = frame.contentWindow;
      this.inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const script = frame.contentDocument.createElement("script");
      this.loaded = new Promise((done) => script.addEventListener("load", done));
      script.src = address;
      frame.contentDocument.body.append(script);
    }

    postMessage(data) {
      const heard = () => this.inner.dispatchEvent(new this.inner.MessageEvent("message", { data }));
      this.loaded.then(heard);
    }

    terminate() {
      this.inner.frameElement.remove();
    }
  };
}

// The camera: the browser's own reader of codes where it has one, else the one that comes with the page.
(() => {
  'use strict';
  const PAUSE = 120;
  // More pixels tell no more of a code that is held into the picture, and take longer.
  const WIDTH = 640;

  const reader = async () => {
    const own = self.BarcodeDetector && (await self.BarcodeDetector.getSupportedFormats().catch(() => []));
    if (own?.includes('qr_code')) {
      const detector = new self.BarcodeDetector({ formats: ['qr_code'] });
      return async (video) => (await detector.detect(video))[0]?.rawValue;
    }
    const canvas = document.createElement('canvas');
    const paper = canvas.getContext('2d', { willReadFrequently: true });
    return async (video) => {
      canvas.width = Math.min(WIDTH, video.videoWidth);
      canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
      paper.drawImage(video, 0, 0, canvas.width, canvas.height);
      try {
        return self.decodeQR(paper.getImageData(0, 0, canvas.width, canvas.height));
      } catch {
        return undefined;
      }
    };
  };

  // Shows the camera in `video` and calls `seen` with each code in it, until it is stopped.
  self.entranceCamera = async (video, seen) => {
    const asking = { video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false };
    const stream = await navigator.mediaDevices.getUserMedia(asking);
    video.srcObject = stream;
    await video.play();
    const read = await reader();
    let running = true;
    const turn = async () => {
      if (!running) return;
      if (video.videoWidth > 0 && !document.hidden) {
        const said = await read(video).catch(() => undefined);
        if (said && running) seen(said);
      }
      setTimeout(turn, PAUSE);
    };
    turn();
    return () => {
      running = false;
      stream.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
    };
  };
})();

//! Connections: how many, how long a client may take over its headers, and how they end when the server stops.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};

/// Connections at a time; further ones wait for one to end. Below the 1,024 open files that many systems allow.
const MAX_CONNECTIONS: usize = 640;
/// Time for the headers of a request, the pause since the last one included.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// Larger than what the guard lets pass, so that its refusal is the one that is read.
const MAX_HEADER_BYTES: usize = 256 << 10;
/// Time for requests that are being answered when the server stops.
const GRACE: Duration = Duration::from_secs(10);
/// Until the next try when the system gives no connection (too many open files).
const PAUSE: Duration = Duration::from_millis(100);

/// Answers connections until `stop` resolves, then lets those at work finish.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let (close, closing) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let (stream, permit) = tokio::select! {
            accepted = accept(&listener, &permits) => accepted,
            () = &mut stop => break,
        };
        tokio::spawn(answer(stream, router.clone(), closing.clone(), permit));
    }
    drop((listener, closing));
    let _ = close.send(());
    if tokio::time::timeout(GRACE, close.closed()).await.is_err() {
        tracing::warn!("requests were still being answered when the server stopped");
    }
}

async fn accept(listener: &TcpListener, permits: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // It fails only when closed, which it never is.
    let permit = Arc::clone(permits).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, permit),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn answer(stream: TcpStream, router: Router, mut closing: watch::Receiver<()>, _permit: Option<OwnedSemaphorePermit>) {
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_header_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    // A connection that fails is the client's: it left, or sent what is no HTTP.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = closing.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

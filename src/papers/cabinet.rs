//! Where scans lie: a folder of this machine, or a bucket that speaks S3. What lies there is encrypted and has random names; it
//! says nothing by itself.

use std::{path::Path as File, sync::Arc};

use object_store::{
    ObjectStore, ObjectStoreExt, aws::AmazonS3Builder, local::LocalFileSystem, path::Path, prefix::PrefixStore,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::s3::Connector;

/// Pictures that are read at once: each may take as much memory as a large one has points.
const AT_ONCE: usize = 2;

/// A bucket that speaks S3.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What all names begin with; empty: nothing.
    pub prefix: String,
    /// Where it is, if not at Amazon.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// Who we are there.
    pub key_id: String,
    /// What proves it.
    pub secret: SecretString,
}

/// Why a scan is not put away or not found.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] object_store::Error),
    /// The folder can't be made.
    #[error("the folder for documents can't be made: {0}")]
    Folder(#[from] std::io::Error),
}

/// The store of scans. Clones share everything.
#[derive(Clone, Debug)]
pub struct Cabinet {
    store: Arc<dyn ObjectStore>,
    /// Permits to read a picture.
    pub(super) pictures: Arc<Semaphore>,
}

impl Cabinet {
    fn new(store: impl ObjectStore) -> Self {
        Self { store: Arc::new(store), pictures: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// A folder, which is made if it is not there, for this user alone.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn folder(folder: &File) -> Result<Self, Error> {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        Ok(Self::new(LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true)))
    }

    /// A bucket.
    ///
    /// # Errors
    /// When what is said of it makes no address, or TLS can't be set up.
    pub fn bucket(bucket: &Bucket) -> Result<Self, Error> {
        let mut builder = AmazonS3Builder::new()
            .with_http_connector(Connector)
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.key_id)
            .with_secret_access_key(bucket.secret.expose_secret());
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http:"));
        }
        Ok(Self::new(PrefixStore::new(builder.build()?, bucket.prefix.as_str())))
    }

    /// Puts something away under a name.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn put(&self, name: &str, closed: Vec<u8>) -> Result<(), Error> {
        self.store.put(&Path::from(name), closed.into()).await?;
        Ok(())
    }

    /// What lies under a name.
    ///
    /// # Errors
    /// When there is nothing, or the store refuses.
    pub async fn get(&self, name: &str) -> Result<Vec<u8>, Error> {
        Ok(self.store.get(&Path::from(name)).await?.bytes().await?.into())
    }

    /// Deletes what lies under a name; what is not there is deleted.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn remove(&self, name: &str) -> Result<(), Error> {
        match self.store.delete(&Path::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

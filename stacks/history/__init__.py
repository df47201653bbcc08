"""Former deployments, from what AWS has recorded of them, and the choice of the image that `rollback` deploys."""

"""Resource types that ministack lacks, or models too little of for this project's templates."""

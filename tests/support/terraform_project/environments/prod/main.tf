# The network is there already, and other applications use it as well.
data "aws_vpc" "shared" {
  id = var.vpc_id
}

data "aws_subnets" "public" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.shared.id]
  }

  filter {
    name   = "subnet-id"
    values = var.subnet_ids
  }
}

data "aws_security_group" "shared" {
  id = var.security_group_id
}

locals {
  name = "${var.project_name}-${var.app_name}"

  tags = {
    Project     = var.project_name
    Application = var.app_name
    Environment = var.environment
  }
}

module "ecr" {
  source = "../../modules/ecr"

  name                 = local.name
  image_tag_mutability = var.image_tag_mutability
  keep_images          = var.ecr_lifecycle_count
  tags                 = local.tags
}

module "iam" {
  source = "../../modules/iam"

  name = local.name
  tags = local.tags
}

module "network" {
  source = "../../modules/network"

  name              = local.name
  vpc_id            = data.aws_vpc.shared.id
  subnet_ids        = sort(data.aws_subnets.public.ids)
  security_group_id = data.aws_security_group.shared.id
  container_port    = var.container_port
  tags              = local.tags
}

module "ecs" {
  source = "../../modules/ecs"

  name               = local.name
  region             = var.aws_region
  environment        = var.environment
  image              = "${module.ecr.repository_url}:latest"
  cpu                = var.ecs_cpu
  memory             = var.ecs_memory
  cpu_architecture   = var.cpu_architecture
  container_port     = var.container_port
  desired_count      = var.ecs_desired_count
  execution_role_arn = module.iam.execution_role_arn
  task_role_arn      = module.iam.task_role_arn
  subnet_ids         = sort(data.aws_subnets.public.ids)
  security_group_id  = data.aws_security_group.shared.id
  target_group_arn   = module.network.target_group_arn
  tags               = local.tags
}

module "autoscaling" {
  source = "../../modules/autoscaling"
  count  = var.autoscaling_enabled ? 1 : 0

  cluster_name  = module.ecs.cluster_name
  service_name  = module.ecs.service_name
  min_capacity  = var.autoscaling_min_capacity
  max_capacity  = var.autoscaling_max_capacity
  cpu_target    = var.autoscaling_cpu_target
  memory_target = var.autoscaling_memory_target
  tags          = local.tags
}

output "ecr_repository_url" {
  value = module.ecr.repository_url
}

output "ecr_repository_name" {
  value = module.ecr.repository_name
}

output "ecs_cluster_name" {
  value = module.ecs.cluster_name
}

output "ecs_service_name" {
  value = module.ecs.service_name
}

output "ecs_task_definition_arn" {
  value = module.ecs.task_definition_arn
}

output "alb_dns_name" {
  value = module.network.dns_name
}

output "alb_arn" {
  value = module.network.load_balancer_arn
}

output "target_group_arn" {
  value = module.network.target_group_arn
}

output "log_group_name" {
  value = module.ecs.log_group_name
}

output "task_execution_role_arn" {
  value = module.iam.execution_role_arn
}

output "task_role_arn" {
  value = module.iam.task_role_arn
}

output "autoscaling_enabled" {
  value = var.autoscaling_enabled
}

output "autoscaling_min_capacity" {
  value = var.autoscaling_enabled ? var.autoscaling_min_capacity : null
}

output "autoscaling_max_capacity" {
  value = var.autoscaling_enabled ? var.autoscaling_max_capacity : null
}

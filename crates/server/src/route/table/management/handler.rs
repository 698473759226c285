//! What the rows of the management plane and of Graph lead to.

/// What answers a management call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ManagementRoute {
    /// `Microsoft.Resources`: what there is.
    Resources(ResourcesRoute),
    /// `Microsoft.Authorization`: who may do what.
    Authorization(AuthorizationRoute),
    /// `Microsoft.CognitiveServices`: accounts and what is below them.
    CognitiveServices(CognitiveServicesRoute),
}

/// Tenants, subscriptions, resource groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResourcesRoute {
    /// The tenants of the caller.
    ListTenants,
    /// The subscriptions in which the caller has any role.
    ListSubscriptions,
    /// One subscription.
    ReadSubscription,
    /// Azure's regions.
    ListLocations,
    /// The resource groups that the caller may read.
    ListGroups,
    /// One resource group.
    ReadGroup,
    /// Whether there is such a resource group.
    ProbeGroup,
    /// Makes a resource group.
    WriteGroup,
    /// Changes its tags.
    UpdateGroup,
    /// Removes it with everything in it.
    DeleteGroup,
}

/// Roles and assignments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthorizationRoute {
    /// Role definitions that can be assigned at a scope.
    ListRoleDefinitions,
    /// One role definition.
    ReadRoleDefinition,
    /// Makes or changes a custom role.
    WriteRoleDefinition,
    /// Removes a custom role.
    DeleteRoleDefinition,
    /// Role assignments at, above and below a scope.
    ListRoleAssignments,
    /// One role assignment.
    ReadRoleAssignment,
    /// Makes a role assignment.
    WriteRoleAssignment,
    /// Removes a role assignment.
    DeleteRoleAssignment,
    /// Deny assignments at, above and below a scope.
    ListDenyAssignments,
    /// One deny assignment.
    ReadDenyAssignment,
    /// Makes or changes a deny assignment.
    WriteDenyAssignment,
    /// Removes a deny assignment.
    DeleteDenyAssignment,
    /// What the caller itself may do at a scope.
    ListPermissions,
    /// What somebody may do at a scope.
    CheckAccess,
    /// Who could activate a role.
    ListEligible,
    /// Whose roles are active.
    ListActive,
    /// Activates a role for which the caller is eligible, or gives it back.
    RequestSchedule,
    /// What was asked for in this way.
    ListRequests,
    /// One of these requests.
    ReadRequest,
}

/// Accounts, keys, deployments, projects, models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CognitiveServicesRoute {
    /// The accounts that the caller may read.
    ListAccounts,
    /// One account.
    ReadAccount,
    /// Makes an account, or restores a deleted one.
    WriteAccount,
    /// Changes an account in part.
    UpdateAccount,
    /// Deletes an account, so that it can be restored.
    DeleteAccount,
    /// The keys of an account.
    ListKeys,
    /// Makes a key anew.
    RegenerateKey,
    /// Accounts that were deleted.
    ListDeleted,
    /// One of them.
    ReadDeleted,
    /// Deletes it for ever.
    PurgeDeleted,
    /// The deployments of an account.
    ListDeployments,
    /// One deployment.
    ReadDeployment,
    /// Deploys a model.
    WriteDeployment,
    /// Changes a deployment in part.
    UpdateDeployment,
    /// Removes a deployment.
    DeleteDeployment,
    /// The projects of an account.
    ListProjects,
    /// One project.
    ReadProject,
    /// Makes a project.
    WriteProject,
    /// Removes a project.
    DeleteProject,
    /// The models of an account.
    ListModels,
    /// The models of a location.
    ListLocationModels,
    /// What an account's deployments take of its quota.
    ListUsages,
    /// Whether a custom subdomain is free.
    CheckDomain,
}

/// What answers a call to Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GraphRoute {
    /// The caller.
    Me,
    /// Objects of one kind.
    List(ObjectKind),
    /// One object.
    Read(ObjectKind),
    /// Objects by their ids.
    GetByIds,
    /// The groups of an object, direct and indirect, as objects.
    TransitiveMemberOf(ObjectKind),
    /// The ids of those groups.
    MemberGroups(ObjectKind),
    /// Which of some groups an object belongs to.
    CheckMemberGroups(ObjectKind),
    /// The direct members of a group.
    Members,
    /// The caller's groups.
    MyGroups,
    /// The registered applications.
    ListApplications,
    /// One of them.
    ReadApplication,
}

/// What changes the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GraphChange {
    /// Makes a person.
    CreateUser,
    /// Changes a person's name or password, or whether they may sign in.
    UpdateUser,
    /// Removes a person.
    DeleteUser,
    /// Ends what a person signed in to.
    RevokeSignIns,
    /// Makes a group.
    CreateGroup,
    /// Removes a group.
    DeleteGroup,
    /// Puts somebody into a group.
    AddMember,
    /// Takes somebody out of a group.
    RemoveMember,
    /// Registers an application.
    CreateApplication,
    /// Changes an application's name.
    UpdateApplication,
    /// Removes an application with its service principal.
    DeleteApplication,
    /// Makes a password for an application, which is shown once.
    AddPassword,
    /// Withdraws a password.
    RemovePassword,
    /// Gives an application a service principal.
    CreateServicePrincipal,
    /// Takes it away.
    DeleteServicePrincipal,
}

/// A kind of directory object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    /// Any of the others.
    Any,
    /// A person.
    User,
    /// A security group.
    Group,
    /// An application's or a managed identity's principal.
    ServicePrincipal,
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IX4PNNodeRegistry, NodeParams, RegistryParams} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {IX4PNVpnSessions, SessionsParams} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {TestUSDC} from "../../src/testing/TestUSDC.sol";
import {ReceiptData, Signing} from "./Signing.sol";

/// @title One user, one node, one session key and a fresh deployment: what most tests start from.
abstract contract SessionsTest is Signing {
    uint16 internal constant FEE_BPS = 100;
    uint256 internal constant WINDOW = 24 hours;
    uint256 internal constant EPOCH = 7 days;
    uint96 internal constant USDC = 1e6;
    uint64 internal constant GUARDIAN_ROLE = 1;

    uint16 internal constant CASE_BPS = 2_000;
    uint16 internal constant EPOCH_CAP_BPS = 3_000;

    AccessManager internal authority;
    IX4PNNodeRegistry internal registry;
    TestUSDC internal token;
    /// @dev X4PN, which `minter` mints.
    IERC20 internal x4pn;
    IX4PNVpnSessions internal sessions;

    address internal admin = makeAddr("admin");
    address internal guardian = makeAddr("guardian");
    address internal minter = makeAddr("minter");
    address internal treasury = makeAddr("treasury");
    address internal relayer = makeAddr("relayer");
    address internal operator = makeAddr("operator");
    address internal payout = makeAddr("payout");
    address internal user;
    uint256 internal userKey;
    address internal node;
    uint256 internal nodeKey;
    address internal session;
    uint256 internal sessionPk;
    bytes32 internal id;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        (user, userKey) = makeAddrAndKey("user");
        (node, nodeKey) = makeAddrAndKey("node");
        (session, sessionPk) = makeAddrAndKey("session");
        authority = new AccessManager(admin);
        x4pn = IERC20(deployCode("X4PNToken.sol:X4PNToken", abi.encode(minter)));
        registry = IX4PNNodeRegistry(deployCode("X4PNNodeRegistry.sol:X4PNNodeRegistry", abi.encode(_registryParams())));
        token = new TestUSDC();
        sessions = _deploy(address(token), 6);
        id = sessions.streamId(user, node, session);
        _fund(user, 1_000_000 * uint256(USDC));
        _grantGuardian();
    }

    function _registryParams() internal view returns (RegistryParams memory) {
        return RegistryParams({
            bondToken: address(x4pn), authority: address(authority), caseBps: CASE_BPS, epochBps: EPOCH_CAP_BPS
        });
    }

    function _params(address token_, uint8 decimals) internal view returns (SessionsParams memory) {
        return SessionsParams({
            token: token_,
            decimals: decimals,
            registry: address(registry),
            authority: address(authority),
            treasury: treasury,
            feeBps: FEE_BPS,
            challengeWindow: WINDOW,
            epochLength: EPOCH
        });
    }

    function _deploy(address token_, uint8 decimals) internal returns (IX4PNVpnSessions) {
        return _deploy(_params(token_, decimals));
    }

    /// @dev From the artifact, since tests are compiled with other settings.
    function _deploy(SessionsParams memory params) internal returns (IX4PNVpnSessions) {
        return IX4PNVpnSessions(deployCode("X4PNVpnSessions.sol:X4PNVpnSessions", abi.encode(params)));
    }

    function _grantGuardian() internal {
        bytes4[] memory pausing = new bytes4[](2);
        pausing[0] = IX4PNVpnSessions.pauseInflows.selector;
        pausing[1] = IX4PNVpnSessions.unpauseInflows.selector;
        vm.startPrank(admin);
        authority.setTargetFunctionRole(address(sessions), pausing, GUARDIAN_ROLE);
        authority.grantRole(GUARDIAN_ROLE, guardian, 0);
        vm.stopPrank();
    }

    /// @dev Tokens and an unlimited allowance.
    function _fund(address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.prank(account);
        token.approve(address(sessions), type(uint256).max);
    }

    /// @dev `vm.warp` in between is seen, which the optimizer does not promise for block.timestamp.
    function _now() internal view returns (uint40) {
        return uint40(vm.getBlockTimestamp());
    }

    function _open(uint96 amount) internal {
        vm.prank(user);
        sessions.open(node, session, amount);
    }

    function _deposit(uint256 amount) internal {
        vm.prank(user);
        sessions.deposit(amount);
    }

    function _stop() internal {
        vm.prank(user);
        sessions.stop(node, session);
    }

    function _register() internal {
        uint40 deadline = _now() + 1 hours;
        bytes memory consent = _consent(nodeKey, operator, deadline);
        vm.prank(operator);
        registry.register(node, _nodeParams(), deadline, consent);
    }

    function _nodeParams() internal view returns (NodeParams memory) {
        return NodeParams({
            payout: payout,
            pricePerGiB: 20_000,
            pricePerHour: 10_000,
            country: "DE",
            flags: 0,
            commitment: keccak256("commitment"),
            apiUrl: "https://node.example",
            metadataCid: ""
        });
    }

    function _consent(uint256 key, address operator_, uint40 deadline) internal view returns (bytes memory) {
        bytes32 typeHash = keccak256("NodeConsent(address node,address operator,uint40 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, vm.addr(key), operator_, deadline));
        return _sign(key, _digest(_domain("X4PN Registry", block.chainid, address(registry)), structHash));
    }

    function _sessionsDomain() internal view returns (bytes32) {
        return _domain("X4PN Sessions", block.chainid, address(sessions));
    }

    function _sessionsDigest(bytes32 structHash) internal view returns (bytes32) {
        return _digest(_sessionsDomain(), structHash);
    }

    function _bytesReceipt(uint96 cumulative) internal view returns (ReceiptData memory) {
        return ReceiptData({user: user, node: node, cumulative: cumulative, rate: 0, start: 0, until: 0});
    }

    function _lease(uint96 cumulative, uint64 rate, uint40 start, uint40 until)
        internal
        view
        returns (ReceiptData memory)
    {
        return ReceiptData({user: user, node: node, cumulative: cumulative, rate: rate, start: start, until: until});
    }

    function _receiptSignature(uint256 key, ReceiptData memory receipt) internal view returns (bytes memory) {
        return _compact(key, _sessionsDigest(_hashReceipt(receipt)));
    }

    /// @dev An item of `settle`.
    function _item(uint256 key, ReceiptData memory receipt) internal view returns (bytes memory) {
        return abi.encodePacked(receipt.user, _packClaim(receipt, _receiptSignature(key, receipt)));
    }

    /// @dev An item of `settle` for the default stream, pay as you go.
    function _item(uint96 cumulative) internal view returns (bytes memory) {
        return _item(sessionPk, _bytesReceipt(cumulative));
    }

    /// @dev An item of `release` with a receipt.
    function _releaseItem(uint256 key, ReceiptData memory receipt) internal view returns (bytes memory) {
        return abi.encodePacked(receipt.user, vm.addr(key), _packClaim(receipt, _receiptSignature(key, receipt)));
    }

    /// @dev An item of `release` for a stream on which nothing was used.
    function _releaseNothing(address user_, address sessionKey) internal pure returns (bytes memory) {
        return abi.encodePacked(user_, sessionKey, new bytes(94));
    }

    function _settle(bytes memory items) internal {
        vm.prank(relayer);
        sessions.settle(node, items);
    }

    function _feeOf(uint256 sum) internal pure returns (uint256) {
        return (sum * FEE_BPS + 9_999) / 10_000;
    }

    function _settledOf(bytes32 streamId) internal view returns (uint96) {
        return sessions.stream(streamId).settled;
    }
}
